-- one row a line: a student, kind of test and subject
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.assessment_kind,
    line.assessment_academic_subject,

    line.school_year::integer as school_year,
    line.school_identifier_sea,
    line.lea_identifier_sea,
    line.grade_level_when_assessed,
    line.assessment_participation_status,
    line.assessment_administration_date,
    line.scale_score::integer as scale_score,
    line.performance_level,
    line.assessment_accommodation,
    line.is_full_academic_year
from {{ accepted_lines('k12_assessment') }}
