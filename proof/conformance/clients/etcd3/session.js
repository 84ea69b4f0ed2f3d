'use strict';
// A session of the npm client etcd3: each step is printed with what came of it.
const { Etcd3 } = require('etcd3');

const hosts = `http://${process.env.ENDPOINT}`;
const etcd = new Etcd3({ hosts });
const shown = value => JSON.stringify(value, (key, x) => (key === 'header' ? undefined : x));

async function step(name, action) {
  console.log(`$ ${name}`);
  try {
    console.log(shown(await action()) ?? 'undefined');
  } catch (e) {
    console.log(`${e.constructor.name}: ${e.message}`);
  }
}

const event = (emitter, name) => new Promise(resolve => emitter.once(name, resolve));
const kv = pair => [pair.key.toString(), pair.value.toString(), pair.version, pair.mod_revision];

async function keys() {
  await step('put foo', async () => { await etcd.put('foo').value('bar'); });
  await step('get foo', () => etcd.get('foo').string());
  await step('get nothing', () => etcd.get('nothing').string());
  await step('put three', async () => { for (const n of [1, 2, 3]) await etcd.put(`a/${n}`).value(n); });
  await step('all by prefix', () => etcd.getAll().prefix('a/').numbers());
  await step('keys', () => etcd.getAll().prefix('a/').sort('Key', 'Descend').keys());
  await step('limit', () => etcd.getAll().prefix('a/').limit(2).strings());
  await step('count', () => etcd.getAll().prefix('a/').count());
  await step('future revision', () => etcd.getAll().prefix('a/').revision(999).strings());
  await step('delete', async () => (await etcd.delete().key('foo')).deleted);
  await step('delete prefix', async () => (await etcd.delete().prefix('a/').getPrevious()).map(kv));
  await step('if not there', () =>
    etcd.if('x', 'Create', '==', 0).then(etcd.put('x').value('made')).else(etcd.get('x')).commit().then(r => r.succeeded));
  await step('if not there, again', () =>
    etcd.if('x', 'Create', '==', 0).then(etcd.put('x').value('made')).else(etcd.get('x')).commit().then(r => r.succeeded));
  await step('touch', async () => { await etcd.put('x').value('again').getPrevious().then(p => console.log(shown(kv(p)))); });
  await step('namespace', async () => {
    const inner = etcd.namespace('ns/');
    await inner.put('k').value('v');
    return [await inner.get('k').string(), await etcd.get('ns/k').string()];
  });
  await step('stm', () => etcd.stm().transact(async tx => {
    const sum = Number((await tx.get('sum').string()) ?? 0) + 5;
    await tx.put('sum').value(sum);
    return sum;
  }));
}

async function watches() {
  await step('watch a key', async () => {
    const watcher = await etcd.watch().key('w').create();
    const put = event(watcher, 'put');
    await etcd.put('w').value('1');
    const first = kv(await put);
    const gone = event(watcher, 'delete');
    await etcd.delete().key('w');
    const last = (await gone).key.toString();
    await watcher.cancel();
    return [first, last];
  });
  await step('watch a prefix with the past', async () => {
    const watcher = await etcd.watch().prefix('w').startRevision('2').withPreviousKV().create();
    const seen = [];
    await new Promise(resolve => watcher.on('data', data => {
      data.events.forEach(e => seen.push([e.type, e.kv.key.toString(), e.prev_kv && e.prev_kv.value.toString()]));
      if (seen.length >= 2) resolve();
    }));
    await watcher.cancel();
    return seen;
  });
}

async function leases() {
  await step('lease', async () => {
    const lease = etcd.lease(5);
    await lease.put('leased').value('1');
    await lease.keepaliveOnce();
    const there = await etcd.get('leased').string();
    await lease.revoke();
    return [there, await etcd.get('leased').string()];
  });
  await step('a lease that somebody revokes', async () => {
    const lease = etcd.lease(2);
    const id = await lease.grant();
    const lost = event(lease, 'lost');
    await etcd.leaseClient.leaseRevoke({ ID: id });
    return (await lost).constructor.name;
  });
  await step('lock', () => etcd.lock('mutex').do(async () => (await etcd.getAll().prefix('mutex').keys()).length));
  await step('a lock that is taken', async () => {
    const first = await etcd.lock('mutex').acquire();
    try {
      await etcd.lock('mutex').acquire();
      return 'got it';
    } catch (e) {
      return e.constructor.name;
    } finally {
      await first.release();
    }
  });
  await step('election', async () => {
    const election = etcd.election('crown', 5);
    const campaign = election.campaign('me');
    await event(campaign, 'elected');
    const leader = await election.leader();
    const observer = await election.observe();
    const heard = observer.leader() ?? (await event(observer, 'change'));
    await observer.cancel();
    await campaign.resign();
    return [leader, heard];
  });
}

async function accounts() {
  const root = etcd.user('root');
  const joe = etcd.user('joe');
  const reader = etcd.role('reader');
  await step('create a role', async () => { await reader.create(); });
  await step('create it again', async () => { await reader.create(); });
  await step('grant', async () => { await reader.grant({ permission: 'Read', range: { start: 'pub/', end: 'pub0' } }); });
  await step('create users', async () => { await root.create('canary-1'); await joe.create('canary-2'); });
  await step('a role for each', async () => { await joe.addRole('reader'); await root.addRole('root'); });
  await step('roles of joe', async () => (await joe.roles()).map(r => r.name));
  await step('enable', async () => { await etcd.auth.authEnable(); });
  await step('nobody', () => etcd.get('x').string());
  const asJoe = new Etcd3({ hosts, auth: { username: 'joe', password: 'canary-2' } });
  const asRoot = new Etcd3({ hosts, auth: { username: 'root', password: 'canary-1' } });
  const wrong = new Etcd3({ hosts, auth: { username: 'joe', password: 'canary-3' } });
  await step('joe reads', () => asJoe.get('pub/x').string());
  await step('joe is denied', () => asJoe.get('x').string());
  await step('joe writes', async () => { await asJoe.put('pub/x').value('1'); });
  await step('a wrong password', () => wrong.get('pub/x').string());
  await step('root reads', () => asRoot.get('x').string());
  await step('disable', async () => { await asRoot.auth.authDisable(); });
  await step('users', async () => (await etcd.getUsers()).map(u => u.name));
  [asJoe, asRoot, wrong].forEach(client => client.close());
}

async function rest() {
  await step('members', async () => (await etcd.cluster.memberList({})).members.map(m => m.name));
  await step('status', async () => (await etcd.maintenance.status()).version);
  await step('alarms', async () => (await etcd.maintenance.alarm({ action: 'Get', memberID: 0, alarm: 'None' })).alarms);
  await step('compact', async () => { await etcd.kv.compact({ revision: 3, physical: true }); });
  await step('compact again', async () => { await etcd.kv.compact({ revision: 3, physical: true }); });
}

// The client's timers do not keep node alive.
const awake = setInterval(() => {}, 1000);

(async () => {
  await keys();
  await watches();
  await leases();
  await accounts();
  await rest();
  etcd.close();
  clearInterval(awake);
})().then(() => process.exit(0), e => { console.error(e); process.exit(1); });
