{#-
  A figure is null unless every period it reads is held. Each mart joins one relation, `held`, whose yes-or-no columns
  say for each row which periods are held, and names at each figure those that the figure reads. Nowhere else does a
  mart decide what it may state.
-#}

{#- The figure where all the named columns of `held` are true, else null. -#}
{% macro if_held(figure, reads) -%}
    case when held.{{ reads | join(' and held.') }} then {{ figure }} end
{%- endmacro %}
