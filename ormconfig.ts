import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/storage/database.ts';
import { DEFAULT_DATABASE } from './src/storage/database-url.ts';

/** What TypeORM's command line works on: the database that PINGER_DATABASE names, or pinger's default. */
export default new DataSource(await dataSourceOptions(process.env.PINGER_DATABASE ?? DEFAULT_DATABASE));
