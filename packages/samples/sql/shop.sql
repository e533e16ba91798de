-- Customers once it is known what became of them, and what is known of them over time.

create schema if not exists shop;

create table if not exists shop.customer (
  customer_id text primary key,
  -- Up to here anything may be known of them: when they were asked about.
  cut_off timestamptz not null,
  churn text not null check (churn in ('yes', 'no')),
  state text not null,
  area_code text not null,
  account_length double precision not null,
  international_plan text not null,
  voice_mail_plan text not null,
  number_vmail_messages double precision not null,
  total_day_minutes double precision not null,
  total_day_calls double precision not null,
  total_day_charge double precision not null,
  total_eve_minutes double precision not null,
  total_eve_calls double precision not null,
  total_eve_charge double precision not null,
  total_night_minutes double precision not null,
  total_night_calls double precision not null,
  total_night_charge double precision not null,
  total_intl_minutes double precision not null,
  total_intl_calls double precision not null,
  total_intl_charge double precision not null
);

create index if not exists customer_cut_off on shop.customer (cut_off);

create table if not exists shop.service_call (
  customer_id text not null,
  at timestamptz not null
);

create index if not exists service_call_customer on shop.service_call (customer_id, at);

-- When the world changes: the truth that a model has to find, known to the sample alone.
create table if not exists shop.drift (
  kind text primary key check (kind in ('truth', 'inputs')),
  at timestamptz not null
);
