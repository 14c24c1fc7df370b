// Whether the page's server answers: exit code 0 or 1. Without one, as PINGER_LISTEN=none says, there is nothing to be asked.
import { request as http } from 'node:http';
import { request as https } from 'node:https';

const { PINGER_LISTEN: listen = '127.0.0.1:8080', PINGER_TLS_CERT: cert } = process.env;
if (listen === 'none') process.exit(0);
const [, host = '', port] = /^(?:\[?(.*?)\]?):(\d+)$/.exec(listen) ?? [];
const any = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
const options = { host: any[host] ?? host, port, path: '/healthz', timeout: 4000, rejectUnauthorized: false };
(cert ? https : http)(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
