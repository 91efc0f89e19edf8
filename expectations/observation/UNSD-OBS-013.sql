-- rule: UNSD-OBS-013
-- severity: warning
-- why: A share lies within 0 and 100 per cent. Known exceptions: ratios to another base such as water stress
--   (6.4.2), and faults such as 15.2.1 above 100 per cent. Growth rates are left out.
-- fix: Compare with the source; a share that cannot be true is flagged, and the evidence leaves it out.
select
    dataset_id,
    release,
    series_code,
    min(indicator_code) as indicator_code,
    count(*) as n_rows,
    min(value) as lowest,
    max(value) as highest
from staging.observation
where unit = 'PERCENT'
    and (value < 0 or value > 100)
    and series_code not in ('NY_GDP_PCAP', 'SL_EMP_PCAP', 'SI_HEI_TOTL', 'SI_HEI_BTN40', 'AG_LND_FRSTCHG')
group by dataset_id, release, series_code
order by dataset_id, release, series_code
