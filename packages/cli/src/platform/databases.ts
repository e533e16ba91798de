/** The database that holds the warehouse and, beside it, `ops`: so that offsets commit with the rows. */
export const WAREHOUSE = 'warehouse';
