-- one row a program of instruction
with cip as (

    select * from {{ ref('ref_cip') }}

),

cluster as (

    select * from {{ ref('ref_career_cluster') }}

)

select
    cip.cip_code,

    cip.cip_title,
    left(cip.cip_code, 2) as cip_family,
    cip.career_cluster,
    cluster.career_cluster_title
from cip
left join cluster on cip.career_cluster = cluster.career_cluster
