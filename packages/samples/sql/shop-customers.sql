-- A customer who is there already was written before: so were their calls.
with kept as (
  insert into shop.customer
  select * from json_populate_recordset(null::shop.customer, $1)
  on conflict (customer_id) do nothing
  returning customer_id
)
insert into shop.service_call (customer_id, at)
select call.customer_id, call.at
from json_populate_recordset(null::shop.service_call, $2) call join kept using (customer_id)
