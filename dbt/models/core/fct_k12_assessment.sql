{{ grows_by_drop('k12_assessment') }}

-- one row an identity, school year, kind of test and subject: what the agency told last
select
    identity_id,
    school_year,
    assessment_kind,
    assessment_academic_subject,

    school_identifier_sea,
    lea_identifier_sea,
    grade_level_when_assessed,
    assessment_administration_date,
    assessment_participation_status,
    assessment_participation_status = 'Participated' as is_tested,
    scale_score,
    performance_level,
    performance_level in ('Proficient', 'Advanced') as is_proficient,
    assessment_accommodation,
    is_full_academic_year,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__assessment'),
    ['identity_id', 'school_year', 'assessment_kind', 'assessment_academic_subject']
) }}) as filed
