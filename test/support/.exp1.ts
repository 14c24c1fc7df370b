import { Resolver } from 'node:dns/promises';
import { DnsServer } from '/work/main/test/support/dns-server.ts';

const s = await DnsServer.start();
const mk = (o: any = {}) => {
  const r = new Resolver(o);
  r.setServers([s.address]);
  return r;
};
const r = mk({ timeout: 300, tries: 2 });
const t = async (l: string, f: () => Promise<any>) => {
  const t0 = performance.now();
  try {
    console.log(l, 'OK', JSON.stringify(await f()), (performance.now() - t0).toFixed(0) + 'ms');
  } catch (e: any) {
    console.log(l, 'ERR', e.code, e.message, (performance.now() - t0).toFixed(0) + 'ms');
  }
};
s.answers.set('a.example', [
  { type: 'A', data: '192.0.2.1', ttl: 100 },
  { type: 'A', data: '192.0.2.2', ttl: 7 },
  { type: 'AAAA', data: '2001:db8:0:0::1' },
  { type: 'AAAA', data: '::ffff:192.0.2.1' },
]);
s.answers.set('c.example', [{ type: 'CNAME', data: 'a.example', ttl: 3 }]);
s.answers.set('big.example', [
  { type: 'A', data: '192.0.2.9', ttl: 0 },
  { type: 'A', data: '192.0.2.10', ttl: 0xffffffff },
]);
s.answers.set('nd.example', 'nodata');
s.answers.set('sf.example', 'servfail');
s.answers.set('rf.example', 'refused');
s.answers.set('si.example', 'silence');
for (const n of [
  'a.example',
  'A.Example',
  'a.example.',
  'c.example',
  'big.example',
  'nd.example',
  'sf.example',
  'rf.example',
  'si.example',
  'nope.example',
  'x.onion',
  'a b.example',
  'a..b',
  'x'.repeat(64) + '.example',
  '',
  '.',
  'bücher.example',
  '_srv.example',
  'foo\u0000bar',
]) {
  const q = s.questions.length;
  await t(JSON.stringify(n), () => r.resolve4(n, { ttl: true }));
  console.log('   asked', s.questions.slice(q));
}
await t('a6', () => r.resolve6('a.example', { ttl: true }));
s.answers.set('a.example', [{ type: 'A', data: '192.0.2.3', ttl: 100 }]);
await t('changed', () => r.resolve4('a.example', { ttl: true }));
for (let i = 0; i < 20; i++) await r.resolve4('a.example');
for (const [to, tr] of [
  [2000, 3],
  [2000, 4],
  [5000, 2],
  [-1, 4],
] as const) {
  const x = mk({ timeout: to, tries: tr });
  await t(`silent cold ${to}/${tr}`, () => x.resolve4('si.example'));
  for (let i = 0; i < 20; i++) await x.resolve4('a.example');
  await t(`silent warm ${to}/${tr}`, () => x.resolve4('si.example'));
}
// pending & setServers
const x = mk({ timeout: 2000 });
const p = x.resolve4('si.example').catch((e: any) => console.log('p', e.code));
try {
  x.setServers(['127.0.0.1']);
} catch (e: any) {
  console.log('setServers pending:', e.code, e.message);
}
x.cancel();
await p;
for (const z of ['fe80::1%eth0', 'fe80::1%1', '[fe80::1%lo]:53', 'bogus', '::1', '127.0.0.1:99999'])
  try {
    x.setServers([z]);
    console.log(z, x.getServers());
  } catch (e: any) {
    console.log(z, e.code, e.message);
  }
const cr = new Resolver({ timeout: 300, tries: 2 });
cr.setServers(['127.0.0.1:1']);
await t('no server', () => cr.resolve4('a.example'));
cr.setServers(['[::1]:1']);
await t('no server6', () => cr.resolve4('a.example'));
cr.setServers(['10.255.255.254']);
await t('unroutable', () => cr.resolve4('a.example'));
const cr2 = new Resolver({ timeout: 300, tries: 2 });
cr2.setServers(['127.0.0.1:1', s.address]);
await t('first dead', () => cr2.resolve4('a.example'));
try {
  cr2.setServers([]);
  await t('none', () => cr2.resolve4('a.example'));
  console.log(cr2.getServers());
} catch (e: any) {
  console.log(e.code);
}
await s.stop();
