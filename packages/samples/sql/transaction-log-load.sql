LOAD DATA LOCAL INFILE 'flights.csv' INTO TABLE flights
  CHARACTER SET utf8mb4
  FIELDS TERMINATED BY ','
  LINES TERMINATED BY '\n'
  IGNORE 1 LINES
  (
    `year`, `month`, `day`, @dep_time, sched_dep_time, @dep_delay, @arr_time, sched_arr_time,
    @arr_delay, carrier, flight, @tailnum, origin, dest, @air_time, distance, `hour`, `minute`,
    @time_hour
  )
  SET
    id = (@row := @row + 1),
    dep_time = NULLIF(@dep_time, 'NA'),
    dep_delay = NULLIF(@dep_delay, 'NA'),
    arr_time = NULLIF(@arr_time, 'NA'),
    arr_delay = NULLIF(@arr_delay, 'NA'),
    tailnum = NULLIF(@tailnum, 'NA'),
    air_time = NULLIF(@air_time, 'NA'),
    time_hour = STR_TO_DATE(@time_hour, '%Y-%m-%dT%H:%i:%sZ')
