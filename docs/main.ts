import { writeFileSync } from 'node:fs';
import { DESTINATIONS_SCHEMA, destinationsSchemaText } from './destinations-schema.ts';
import { DASHBOARD, dashboardText } from './grafana-dashboard.ts';
import { MAN_PAGE, manPage } from './man.ts';
import { OPENAPI, openapiText } from './openapi.ts';
import { SCHEMA, schemaText } from './scenario-schema.ts';
import { STATECHARTS, statecharts } from './statecharts.ts';

/** Writes every page and file that is made from the sources. */

writeFileSync(STATECHARTS, statecharts());
writeFileSync(SCHEMA, schemaText());
writeFileSync(DESTINATIONS_SCHEMA, destinationsSchemaText());
writeFileSync(DASHBOARD, dashboardText());
writeFileSync(OPENAPI, await openapiText());
writeFileSync(MAN_PAGE, await manPage());
