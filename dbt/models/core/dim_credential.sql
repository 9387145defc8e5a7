-- one row a credential that was ever in the registry: what the newest graph with it says
with published as (

    select
        *,
        min(published_on) over credential as first_published_on,
        row_number() over (credential order by published_on desc, drop_id desc, line_number desc) as nth_from_last
    from {{ ref('stg_workforce_board__credential_definition') }}
    window credential as (partition by credential_ctid)

),

newest as (

    select max(published_on) as published_on from published

)

select
    published.credential_ctid,

    published.credential_kind,
    case
        when published.credential_kind like '%Degree' or published.credential_kind like '%Doctorate' then 'degree'
        when published.credential_kind in ('SecondarySchoolDiploma', 'GeneralEducationDevelopment') then 'secondary'
        when published.credential_kind = 'License' then 'license'
        when published.credential_kind in ('Certification', 'JourneymanCertificate', 'MasterCertificate')
            then 'certification'
        when published.credential_kind like '%Badge' or published.credential_kind = 'MicroCredential' then 'badge'
        else 'certificate'
    end as credential_group,
    published.credential_status,
    published.credential_owner,
    published.license_type,
    published.cip_code,
    published.soc_code,
    published.effective_since,
    published.first_published_on,
    published.published_on as last_published_on,
    published.published_on = newest.published_on
    and coalesce(published.credential_status, 'Active') = 'Active' as is_awarded
from published
cross join newest
where published.nth_from_last = 1
