"""Layouts and encodings of the seven feeds.

Here: the headers in their order, and turning columns into the bytes of a delimited or fixed-width file.
Not here: which lines there are, or what is wrong with them.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.randomness import Ints

CHUNK_LINES = 250_000

_NAME = ["FirstName", "MiddleName", "LastOrSurname", "GenerationCodeOrSuffix", "Birthdate", "Sex"]
_ADDRESS = ["AddressStreetNumberAndName", "AddressCity", "StateAbbreviation", "AddressPostalCode"]

HEADERS: dict[str, list[str]] = {
    "k12_enrollment": [
        "StudentIdentifierState",
        "LeaIdentifierSeaAccountability",
        "SchoolIdentifierSea",
        *_NAME,
        "HispanicLatinoEthnicity",
        "RaceEthnicity",
        "GradeLevel",
        "SchoolYear",
        "EnrollmentEntryDate",
        "EnrollmentExitDate",
        "ExitOrWithdrawalType",
        "HighSchoolDiplomaType",
        "DiplomaOrCredentialAwardDate",
        "CohortYear",
        "EnglishLearnerStatus",
        "EconomicDisadvantageStatus",
        "IdeaIndicator",
        "HomelessnessStatus",
        "ProgramTypeFosterCare",
        *_ADDRESS,
    ],
    "k12_cte": [
        "StudentIdentifierState",
        "LeaIdentifierSeaAccountability",
        "SchoolIdentifierSea",
        "SchoolYear",
        "CipCode",
        "CareerCluster",
        "ProgramParticipationStartDate",
        "ProgramParticipationExitDate",
        "CteCoursesPassed",
        "CteParticipant",
        "CteConcentrator",
        "CteCompleter",
        "NonTraditionalGenderStatus",
    ],
    "ps_enrollment": [
        "InstitutionIpedsUnitId",
        "StudentIdentifierInstitution",
        "SocialSecurityNumber",
        *_NAME,
        "RaceEthnicity",
        "AcademicTermDesignator",
        "AcademicYear",
        "EntryDate",
        "ExitDate",
        "StudentLevel",
        "EnrollmentStatus",
        "CipCode",
        "NumberOfCreditsAttempted",
        "NumberOfCreditsEarned",
        "TuitionResidency",
        "PellGrant",
        "AddressPostalCode",
        "AddressStreetNumberAndName",
        "AddressCity",
        "StateAbbreviation",
    ],
    "ps_award": [
        "InstitutionIpedsUnitId",
        "StudentIdentifierInstitution",
        "AcademicAwardDate",
        "AcademicAwardLevelConferred",
        "AcademicAwardTitle",
        "CipCode",
        "SchoolYear",
    ],
    "employer": [
        "UiAccountNumber",
        "ReportingUnitNumber",
        "FederalEin",
        "StatusCode",
        "OwnershipCode",
        "NaicsCode",
        "CountyCode",
        "MeeiCode",
        "Month1Employment",
        "Month2Employment",
        "Month3Employment",
        "TotalWages",
        "Year",
        "Quarter",
        "PredecessorUiAccountNumber",
        "SuccessorUiAccountNumber",
    ],
    "dmv_license": [
        "LicenseNumber",
        "LastName",
        "FirstName",
        "MiddleName",
        "NameSuffix",
        "PreviousLastName",
        "DateOfBirth",
        "SexCode",
        "SocialSecurityNumber",
        "SsnVerified",
        "StreetAddress",
        "City",
        "State",
        "PostalCode",
        "IssueDate",
        "ExpirationDate",
        "LicenseClass",
        "PreviousJurisdiction",
    ],
}

# first column (1-based) and length of each field of a wage record, 92 bytes and a line feed
WAGE_FIELDS: dict[str, tuple[int, int]] = {
    "ssn": (1, 9),
    "first_name": (10, 15),
    "middle_name": (25, 1),
    "last_or_surname": (26, 20),
    "state_fips": (46, 2),
    "ui_account_number": (48, 10),
    "reporting_unit_number": (58, 5),
    "federal_ein": (63, 9),
    "year": (72, 4),
    "quarter_number": (76, 1),
    "wages_usd": (77, 10),
    "hours_worked": (87, 4),
    "weeks_worked": (91, 2),
}
WAGE_RECORD = 92


def delimited(frame: pl.DataFrame, feed: str, *, separator: str = ",", encoding: str = "utf-8") -> Iterator[bytes]:
    """The file of a delimited feed in chunks: header, LF line ends, quotes only where needed, dates as ISO."""
    ordered = frame.select(HEADERS[feed])
    for start in range(0, max(len(ordered), 1), CHUNK_LINES):
        part = ordered.slice(start, CHUNK_LINES)
        text = part.write_csv(separator=separator, include_header=start == 0)
        yield text.encode(encoding, errors="replace")


def digits(values: Ints, width: int) -> npt.NDArray[np.uint8]:
    """Zero-filled decimal digits of nonnegative numbers, one row of ASCII bytes each."""
    out = np.empty((len(values), width), dtype=np.uint8)
    rest = values.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        out[:, place] = digit + 48
    return out


def left_justified(values: npt.NDArray[np.bytes_], width: int) -> npt.NDArray[np.uint8]:
    """Text cut or blank-filled to `width`, one row of ASCII bytes each."""
    cells = np.ascontiguousarray(values.astype(f"S{width}")).view(np.uint8).reshape(len(values), width).copy()
    cells[cells == 0] = 32
    return cells


def fixed_width_wages(numbers: dict[str, Ints], texts: dict[str, npt.NDArray[np.bytes_]]) -> Iterator[bytes]:
    """The wage file in chunks; text left-justified, numbers right-justified and zero-filled."""
    total = len(numbers["ssn"])
    for start in range(0, total, CHUNK_LINES):
        part = slice(start, min(start + CHUNK_LINES, total))
        record = np.full((part.stop - start, WAGE_RECORD + 1), ord(" "), dtype=np.uint8)
        record[:, WAGE_RECORD] = ord("\n")
        for name, (first, length) in WAGE_FIELDS.items():
            place = slice(first - 1, first - 1 + length)
            text = name in texts
            cells = left_justified(texts[name][part], length) if text else digits(numbers[name][part], length)
            record[:, place] = cells
        yield record.tobytes()
