/** `id, title, lowest salary, highest salary`; the first one is the head of the company's. */
export const JOBS = [
  ['GM_HEAD', 'General Manager', 21_000, 40_000],
  ['GM_DEPUTY', 'Deputy General Manager', 15_000, 30_000],
  ['OP_LEAD', 'Operations Lead', 8_000, 16_000],
  ['OP_AGENT', 'Operations Agent', 2_400, 5_600],
  ['OP_PLAN', 'Capacity Planner', 3_900, 8_200],
  ['CW_LEAD', 'Crew Lead', 7_400, 15_000],
  ['CW_CABIN', 'Cabin Attendant', 2_600, 6_100],
  ['CW_FLIGHT', 'Flight Officer', 6_200, 14_800],
  ['TC_LEAD', 'Technical Lead', 7_900, 15_500],
  ['TC_MECH', 'Aircraft Mechanic', 3_300, 7_700],
  ['TC_STORE', 'Parts Clerk', 2_100, 4_700],
  ['SL_LEAD', 'Sales Lead', 9_000, 19_000],
  ['SL_REP', 'Sales Agent', 3_000, 11_500],
  ['FN_LEAD', 'Finance Lead', 8_300, 16_500],
  ['FN_CLERK', 'Bookkeeper', 3_100, 7_400],
  ['PP_LEAD', 'People Lead', 7_000, 13_500],
  ['PP_REP', 'People Partner', 3_400, 7_900],
  ['IT_LEAD', 'Systems Lead', 8_600, 17_000],
  ['IT_DEV', 'Software Engineer', 4_800, 12_600],
] as const;

/** Each department with its area, the first two letters of its jobs; no area: nobody works there yet. */
export const DEPARTMENTS = [
  ['Management', 'GM'],
  ['Flight Operations', 'OP'],
  ['Ground Handling', 'OP'],
  ['Network Planning', 'OP'],
  ['Baggage Services', 'OP'],
  ['Cargo', 'OP'],
  ['Cabin Crew', 'CW'],
  ['Flight Deck', 'CW'],
  ['Crew Scheduling', 'CW'],
  ['Line Maintenance', 'TC'],
  ['Base Maintenance', 'TC'],
  ['Engine Shop', 'TC'],
  ['Spare Parts', 'TC'],
  ['Direct Sales', 'SL'],
  ['Partner Sales', 'SL'],
  ['Corporate Sales', 'SL'],
  ['Accounting', 'FN'],
  ['Treasury', 'FN'],
  ['Payroll', 'FN'],
  ['Recruiting', 'PP'],
  ['Training', 'PP'],
  ['Platform Engineering', 'IT'],
  ['Service Desk', 'IT'],
  ['Data & Analytics', 'IT'],
  ['Charter', ''],
  ['Lounge Design', ''],
  ['Sustainability', ''],
] as const;

// With letters beyond ASCII, apostrophes, hyphens and spaces: names are where encodings break.
export const FIRST_NAMES = [
  ...['Amara', 'Bjørn', 'Chiara', 'Dmitri', 'Elif', 'Farah', 'Goran', 'Hana', 'Ines', 'Jürgen'],
  ...['Kwame', 'Léa', 'Mateo', 'Ngozi', 'Ólafur', 'Priya', 'Quentin', 'Renée', 'Søren', 'Tomasz'],
  ...['Uma', 'Viktor', 'Wei', 'Ximena', 'Yusuf', 'Zoë', 'Åse', 'Mary-Ann', 'Jean Luc', 'Łucja'],
] as const;

export const LAST_NAME_STARTS = [
  ...['Al', 'Ber', 'Car', 'Dal', 'Ek', 'Fal', 'Gru', 'Hol', 'Iva', 'Jan'],
  ...['Kov', 'Lind', 'Mor', 'Nak', "O'", 'Pet', 'Qui', 'Ros', 'Sza', 'Tor'],
  ...['Ul', 'Var', 'Wes', 'Xan', 'Yam', 'Zel', 'Ör', 'Né', 'van der ', 'De '],
] as const;

export const LAST_NAME_ENDS = [
  ...['Mara', 'berg', 'cova', 'dahl', 'ellis', 'fors', 'gard', 'hauser', 'ison', 'jic'],
  ...['kulam', 'lund', 'moto', 'nesen', 'ovic', 'postol', 'quist', 'ridge', 'sson', 'tani'],
] as const;
