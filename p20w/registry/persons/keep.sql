-- One round of keeping: a cluster and a person that are each other's largest part. Repeated until none is left.
insert into kept
with ranked as (

    select
        *,
        row_number() over (partition by cluster order by identities desc, old_ordinal) as rank_in_cluster,
        row_number() over (partition by old_ordinal order by identities desc, cluster) as rank_of_person
    from overlap
    where cluster not in (select cluster from kept) and old_ordinal not in (select mint_ordinal from kept)

)

select
    cluster,
    old_person_id,
    old_ordinal
from ranked
where rank_in_cluster = 1 and rank_of_person = 1
order by cluster
