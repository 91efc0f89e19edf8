-- name: c14_child_poverty
-- grain: area, year, breakdown (age)
-- depends: evidence.c01_multidimensional_poverty
-- why: children are poor more often than adults, and of child poverty this is the one series that the
--   evidence names. Ages that end below 18, as countries publish them: '<18Y' does, '5-17' does, '10-18' not.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, definition, release
from evidence.c01_multidimensional_poverty
where regexp_matches(dimensions['age'], '^(<|[0-9]+-)1?[0-9]Y?$')
    and cast(regexp_extract(dimensions['age'], '([0-9]+)Y?$', 1) as integer)
        < if(dimensions['age'] like '<%', 19, 18)
