select 'from the pack' as origin
