"""What the board should know about the match rate of two feeds. Not here: rates (`matching`)."""

STILL_YOUNG = "Early learning programs serve children under six: nobody can be in both until they have grown up."
PAIRS: dict[tuple[str, ...], str] = {
    ("early_childhood", "k12_enrollment"): (
        "Children under five are not in school yet. Of those who are old enough, private pupils and those who have "
        "left the state are not seen."
    ),
    **{
        tuple(sorted(("early_childhood", other))): STILL_YOUNG
        for other in ("dmv_license", "ps_enrollment", "ui_wage", "wioa_participant")
    },
    ("k12_enrollment", "ps_enrollment"): (
        "Most students are still in school, and those who go to college in another state are not seen."
    ),
    ("k12_enrollment", "ui_wage"): (
        "Schools have no Social Security numbers: a license or a college record makes the link. "
        "Most students are too young to work."
    ),
    ("dmv_license", "k12_enrollment"): "Children have no license; about half of 17-year-olds do.",
    ("ps_enrollment", "ui_wage"): "Work in another state, for the federal government or as self-employed is not seen.",
    ("dmv_license", "ps_enrollment"): "Students from elsewhere often keep the license of their home state.",
    ("dmv_license", "ui_wage"): "Not every worker drives, and many who drive are retired or work elsewhere.",
    ("dmv_license", "wioa_participant"): "Many who look for work have no license.",
    ("k12_enrollment", "wioa_participant"): (
        "Schools have no Social Security numbers and workforce programs no names: a license or a college record makes "
        "the link. Most students are too young to take part."
    ),
    ("ps_enrollment", "wioa_participant"): "Most who take part look for work and do not study.",
    ("credential_award", "ui_wage"): (
        "Some licensing boards give names alone. Who holds a license may be self-employed or work in another state."
    ),
    (
        "ui_claim",
        "ui_wage",
    ): "Who claims has worked; those not found worked for employers outside the wage file, or elsewhere.",
    ("apprenticeship", "ui_wage"): (
        "The file of apprentices has no names: who is not in the office's list of Social Security numbers is not found."
    ),
    ("apprenticeship", "k12_enrollment"): (
        "The file of apprentices has no names, and schools have no Social Security numbers: a license or a college "
        "record makes the link."
    ),
    ("social_services", "tanf_report"): (
        "The federal report is about cash assistance alone, and infants in it have no Social Security number."
    ),
    ("social_services", "ui_wage"): (
        "Four in ten who receive SNAP are children; of the others many do not work, or not all year."
    ),
    **{
        tuple(sorted(("k12_enrollment", other))): (
            "Assistance files have no names and schools no Social Security numbers: children in both are found when a "
            "license or a college record makes the link."
        )
        for other in ("social_services", "tanf_report")
    },
    (
        "other_state_wage",
        "ui_wage",
    ): "Other states answer about few people, and most of those have left the state's wages.",
    (
        "federal_wage",
        "ui_wage",
    ): "Most who work for the federal government are in no wages of the state at the same time.",
    (
        "edfi_enrollment",
        "k12_enrollment",
    ): "Only some districts send Ed-Fi files, all of them under the same student ids.",
    ("k12_enrollment", "k12_staff"): "Staff are in both when they went to school in the state themselves.",
    ("child_welfare", "k12_enrollment"): (
        "Many who enter foster care are too young for school; others are in private schools or have left the state."
    ),
    ("ps_noncredit", "ui_wage"): (
        "Most colleges do not ask those who study without credit for their Social Security number: a license or "
        "another record makes the link."
    ),
    ("ui_wage", "wioa_participant"): "Who takes part is often out of work; most have worked before or will afterwards.",
}
