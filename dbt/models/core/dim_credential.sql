-- one row a credential that was ever in the registry: what the newest graph with it says
with published as (

    {{ newest_listed(ref('stg_workforce_board__credential_definition'), ['credential_ctid'], 'published_on') }}

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
    published.first_on as first_published_on,
    published.published_on as last_published_on,
    published.is_newest and coalesce(published.credential_status, 'Active') = 'Active' as is_awarded
from published
