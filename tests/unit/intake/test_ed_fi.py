"""Enrollment in Ed-Fi bulk XML reads the same in each version of the standard, and no other list's code is taken."""

from pathlib import Path

import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from tests.unit.intake.test_formats import aside, measured, read

CONTRACT = load_contract(PROJECT / "contracts" / "edfi_enrollment.yaml")
PERIOD = "2021-22-eoy"
SPACE = "<Namespace>http://{}/Descriptor/{}.xml</Namespace>"
NEW_ID = (
    "<StudentReference><StudentIdentity><StudentUniqueId>{id}</StudentUniqueId></StudentIdentity></StudentReference>"
)
NEW_SCHOOL = "<SchoolReference><SchoolIdentity><SchoolId>255901001</SchoolId></SchoolIdentity></SchoolReference>"
OLD_ID = NEW_ID.replace("StudentUniqueId", "StudentUniqueStateId")
OLD_SCHOOL = (
    "<SchoolReference><EducationalOrgIdentity><StateOrganizationId>255901001</StateOrganizationId>"
    "</EducationalOrgIdentity></SchoolReference>"
)
DAYS = "<EntryDate>2021-08-23</EntryDate>{grade}<ExitWithdrawDate>2022-05-27</ExitWithdrawDate>{exit}"
ELEMENTS = {
    "grade": f"<EntryGradeLevel><ShortDescription>12</ShortDescription><CodeValue>Twelfth grade</CodeValue>"
    f"{SPACE.format('ed-fi.org', 'GradeLevelDescriptor')}</EntryGradeLevel>",
    "exit": f"<ExitWithdrawType><CodeValue>Graduated</CodeValue>"
    f"{SPACE.format('www.ed-fi.org', 'ExitWithdrawTypeDescriptor')}</ExitWithdrawType>",
}
WORDS = {
    "grade": "<EntryGradeLevel>Twelfth grade</EntryGradeLevel>",
    "exit": "<ExitWithdrawType>Graduated</ExitWithdrawType>",
}
TEXTS = {
    "grade": "<EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Twelfth grade</EntryGradeLevel>",
    "exit": "<ExitWithdrawType>uri://ed-fi.org/ExitWithdrawTypeDescriptor#Graduated</ExitWithdrawType>",
}
VERSIONS = {
    "5.2.0": NEW_ID + NEW_SCHOOL + DAYS.format(**TEXTS),
    "0200": NEW_ID + NEW_SCHOOL + DAYS.format(**ELEMENTS),
    "0100": OLD_ID + OLD_SCHOOL + DAYS.format(**WORDS),
}


def interchange(version: str, *records: str) -> bytes:
    """A file of associations between other elements, each with its number as the student's id."""
    other = "<StudentSectionAssociation><StudentReference/></StudentSectionAssociation>"
    texts = (
        f"<StudentSchoolAssociation>{text.format(id=number)}</StudentSchoolAssociation>{other}"
        for number, text in enumerate(records, 1)
    )
    body = "".join(texts)
    return f'<InterchangeStudentEnrollment xmlns="http://ed-fi.org/{version}">{body}</InterchangeStudentEnrollment>'.encode()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_enrollment_says_the_same_in_each_version(version: str, tmp_path: Path) -> None:
    found = measured(tmp_path, interchange(version, *[VERSIONS[version]] * 30), CONTRACT, 30, period=PERIOD)
    (lines,) = read(found, CONTRACT)
    assert not lines.quarantine.height
    said = lines.accepted.row(0, named=True)
    assert said["student_identifier_state"] == "1"
    assert (said["school_identifier_sea"], said["grade_level"]) == ("255901001", "12")
    assert (said["exit_or_withdrawal_type"], str(said["enrollment_exit_date"])) == ("01921", "2022-05-27")


@pytest.mark.parametrize(("said", "stored"), [("Current", "current"), ("Preregistered", "preregistered")])
def test_a_student_who_does_not_attend_yet_is_told_apart(said: str, stored: str, tmp_path: Path) -> None:
    kind = f"<EnrollmentType>uri://ed-fi.org/EnrollmentTypeDescriptor#{said}</EnrollmentType>"
    later = "<NextYearGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Sixth grade</NextYearGradeLevel>"
    record = VERSIONS["5.2.0"] + later + kind
    found = measured(tmp_path, interchange("5.2.0", *[record] * 30), CONTRACT, 30, period=PERIOD)
    (lines,) = read(found, CONTRACT)
    assert not lines.quarantine.height
    assert set(lines.accepted["enrollment_type"]) == {stored}
    assert set(lines.accepted["grade_level"]) == {"12"}


FOREIGN = {
    "a code of a district's own list": (
        "5.2.0",
        VERSIONS["5.2.0"].replace("uri://ed-fi.org/G", "uri://district.example/G"),
        "grade_level",
    ),
    "the same words under a district's namespace": (
        "0200",
        VERSIONS["0200"].replace("http://ed-fi.org/D", "http://district.example/D"),
        "grade_level_namespace",
    ),
    "no enrollment": ("5.2.0", VERSIONS["5.2.0"].replace("#Graduated", "#No show"), "exit_or_withdrawal_type"),
    "a descriptor without its code": ("0200", VERSIONS["0200"].replace("CodeValue", "Description"), "grade_level"),
    "another element within a text": (
        "0100",
        VERSIONS["0100"].replace("2021-08-23", "<Day>23</Day>"),
        "enrollment_entry_date",
    ),
}


@pytest.mark.parametrize(("version", "record", "column"), FOREIGN.values(), ids=list(FOREIGN))
def test_what_nobody_agreed_on_sets_aside_its_record_alone(
    version: str, record: str, column: str, tmp_path: Path
) -> None:
    sound = VERSIONS[version]
    found = measured(tmp_path, interchange(version, sound, record, *[sound] * 28), CONTRACT, 30, period=PERIOD)
    ((line, place, _, sets_aside),) = aside(found, CONTRACT)
    assert (line, place, sets_aside) == (2, column, "line")


def test_a_file_with_fewer_records_than_promised_is_refused(tmp_path: Path) -> None:
    found = measured(tmp_path, interchange("0200", *[VERSIONS["0200"]] * 30), CONTRACT, 31, period=PERIOD)
    assert found.first_fault == "lines_differ"


def test_a_version_nobody_agreed_on_is_refused(tmp_path: Path) -> None:
    assert (
        measured(tmp_path, interchange("7.0.0", VERSIONS["5.2.0"]), CONTRACT, 1, period=PERIOD).first_fault
        == "file_unreadable"
    )
