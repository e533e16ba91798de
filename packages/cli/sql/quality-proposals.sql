-- What re-learning proposes: of one data set, or of all.
select dataset, version, proposed_at as "proposedAt", rows::float8 as rows, windows::float8 as windows, warm, levels, changed
from ops.quality_proposal
where $1::text is null or dataset = $1
order by changed desc, dataset
