import { DataSource } from 'typeorm';
import { DEFAULT_DATABASE, dataSourceOptions } from './src/storage/database.ts';

/** What TypeORM's command line works on: the database that PINGER_DATABASE names, or pinger's default. */
export default new DataSource(dataSourceOptions(process.env.PINGER_DATABASE ?? DEFAULT_DATABASE));
