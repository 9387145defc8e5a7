-- one row a participation and quarter after exit whose employment is known, as the newest report has it
{{ of_newest_report('quarters_after_exit', [1, 2, 3, 4], {
    'employed': 'employed_quarter_{n}_after_exit',
    'employment_match': 'employment_match_quarter_{n}_after_exit',
    'wages_usd': 'wages_quarter_{n}_after_exit_usd'
}, "coalesce(stated.employed, 'NotYetAvailable') <> 'NotYetAvailable'") }}
