"""What the state's agencies write: one plug-in a feed, and the columns they share.

Here: the list of plug-ins, which is the only one. A new feed is a module beside the others that ends in `FEED`, and a
line here; its layout, delimiter and agreement are in its contract. Not here: what is true (`people`, `schooling`,
`work`, ...) and what an agency has on record about a person (`records`).
"""

from p20w.simulator.feeds import (
    adult_education,
    apprenticeship,
    child_welfare,
    cip_list,
    credential_award,
    credential_definition,
    dmv_license,
    early_childhood,
    edfi_enrollment,
    employer,
    federal_wage,
    in_demand_occupation,
    k12_assessment,
    k12_course,
    k12_cte,
    k12_enrollment,
    k12_program,
    k12_staff,
    k12_wbl,
    labor_demand,
    living_wage,
    naics_list,
    nsc_studenttracker,
    other_state_wage,
    price_index,
    program_cost,
    ps_aid,
    ps_award,
    ps_enrollment,
    ps_noncredit,
    ps_transcript,
    soc_list,
    social_services,
    tanf_report,
    training_provider,
    ui_claim,
    ui_wage,
    wbl_listing,
    wioa_participant,
)
from p20w.simulator.feeds.plugin import SimulatedFeed

_MODULES = (
    ui_wage, employer, dmv_license, k12_enrollment, k12_cte, ps_enrollment, ps_award, early_childhood,
    wioa_participant, nsc_studenttracker, k12_program, k12_course, ps_transcript, ps_aid, k12_wbl,
    apprenticeship, credential_award, ui_claim, price_index, living_wage, labor_demand, in_demand_occupation,
    program_cost, training_provider, tanf_report, social_services, adult_education, other_state_wage,
    federal_wage, k12_staff, wbl_listing, k12_assessment, child_welfare, ps_noncredit, credential_definition,
    edfi_enrollment, cip_list, soc_list, naics_list,
)  # fmt: skip
FEEDS: tuple[SimulatedFeed, ...] = tuple(module.FEED for module in _MODULES)
