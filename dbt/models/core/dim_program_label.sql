-- one row a code and stretch of days in which it has one title: by the list in force, or by the starter list
{{ labels_by_day('stg_classification__cip_list', 'ref_cip', 'cip_code', 'cip_title') }}
