-- one row a line: a member of staff, school and kind of work
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.school_year,
    line.lea_identifier_sea,
    line.school_identifier_sea,
    line.k12_staff_classification,

    line.staff_full_time_equivalency,
    line.teaching_credential_type,
    line.highest_education_completed,
    line.prior_teaching_years
from {{ accepted_lines('k12_staff') }}
