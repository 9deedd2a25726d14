#!/usr/bin/env node
// HTTP/1.1 server conformance runner: sends raw bytes from JSON case files to a server
// that is already listening and judges what comes back. No dependencies; Node 20 or later.
//
//   node run.mjs --port P | --unix PATH [--tls] [--group G] [--only ID] [--json out.json]
//                [--cases FILE|DIR]... [--concurrency 8] [--timeout 2500]
//                [--no-echo] [--list] [--verbose]
//
// The case format is described in README.md. Exit code 0 when all 'must' cases pass.
import net from 'node:net';
import tls from 'node:tls';
import fs from 'node:fs';
import path from 'node:path';
import crypto from 'node:crypto';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));

// ---------------------------------------------------------------- options
const opt = {
  host: '127.0.0.1',
  port: 0,
  unix: null,
  tls: false,
  groups: [],
  only: [],
  cases: [],
  concurrency: 8,
  timeout: 2500,
  echo: true,
  list: false,
  verbose: false,
  json: null,
};
for (let a = process.argv.slice(2), i = 0; i < a.length; i++) {
  const v = () => {
    if (i + 1 >= a.length) die(`missing value after ${a[i]}`);
    return a[++i];
  };
  switch (a[i]) {
    case '--port':
      opt.port = Number(v());
      break;
    case '--unix':
      opt.unix = v();
      break;
    case '--tls':
      opt.tls = true;
      break;
    case '--group':
      opt.groups.push(...v().split(','));
      break;
    case '--only':
      opt.only.push(...v().split(','));
      break;
    case '--cases':
      opt.cases.push(v());
      break;
    case '--json':
      opt.json = v();
      break;
    case '--concurrency':
      opt.concurrency = Number(v());
      break;
    case '--timeout':
      opt.timeout = Number(v());
      break;
    case '--no-echo':
      opt.echo = false;
      break;
    case '--list':
      opt.list = true;
      break;
    case '--verbose':
      opt.verbose = true;
      break;
    default:
      die(`unknown option ${a[i]}`);
  }
}
function die(msg) {
  console.error(msg);
  process.exit(2);
}

// ---------------------------------------------------------------- cases
function loadCases() {
  let where = opt.cases;
  if (!where.length) {
    where = [path.join(HERE, 'corpus'), path.join(HERE, 'http1.json')].filter((p) => fs.existsSync(p)).slice(0, 1);
    if (!where.length) die('no case files found; use --cases');
  }
  const files = where.flatMap((p) =>
    fs.statSync(p).isDirectory()
      ? fs
          .readdirSync(p)
          .filter((f) => f.endsWith('.json'))
          .sort()
          .map((f) => path.join(p, f))
      : [p],
  );
  const cases = [];
  const seen = new Set();
  for (const f of files)
    for (const c of JSON.parse(fs.readFileSync(f, 'utf8')).cases) {
      if (seen.has(c.id)) die(`duplicate case id ${c.id}`);
      seen.add(c.id);
      cases.push(c);
    }
  return cases;
}

const bytes = (s) => {
  const b = Buffer.from(s, 'latin1');
  for (let i = 0; i < s.length; i++)
    if (s.charCodeAt(i) > 255) die(`character above U+00FF in ${JSON.stringify(s.slice(0, 60))}`);
  return b;
};
function material(x) {
  // string | {repeat,times} | array of those -> Buffer
  if (typeof x === 'string') return bytes(x);
  if (Array.isArray(x)) return Buffer.concat(x.map(material));
  if (x.repeat.includes('{n}')) {
    const parts = [];
    for (let i = 0; i < x.times; i++) parts.push(x.repeat.replaceAll('{n}', String(i)));
    return bytes(parts.join(''));
  }
  return Buffer.alloc(Buffer.byteLength(x.repeat, 'latin1') * x.times, bytes(x.repeat));
}

function stepsOf(c) {
  // -> [{data}|{wait}|{until}|{until100}|{fin}|{rst}]
  const raw = Array.isArray(c.send) ? c.send : [c.send];
  const steps = [];
  const push = (b) => {
    const l = steps[steps.length - 1];
    if (l && l.data) l.data = Buffer.concat([l.data, b]);
    else steps.push({ data: b });
  };
  for (const s of raw) {
    if (typeof s === 'string' || 'repeat' in s) push(material(s));
    else steps.push({ ...s });
  }
  const follow = c.follow ?? 'pipelined';
  const ftarget = `/follow-${c.id}`;
  const fbytes = bytes(`GET ${ftarget} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  if (follow === 'pipelined') push(fbytes);
  else if (follow === 'after') steps.push({ until: c.after ?? 1 }, { data: fbytes, followup: true });
  return { steps, ftarget, follow };
}

function segment(steps, cuts) {
  // apply a segmentation to each data step
  const out = [];
  for (const s of steps) {
    if (!s.data || s.data.length < 2) {
      out.push(s);
      continue;
    }
    let at;
    if (Array.isArray(cuts)) at = cuts.filter((n) => n > 0 && n < s.data.length);
    else {
      at = [];
      for (let n = cuts; n < s.data.length; n += cuts) at.push(n);
    }
    let from = 0;
    for (const n of [...at, s.data.length]) {
      out.push({ data: s.data.subarray(from, n) });
      if (n !== s.data.length) out.push({ gap: true });
      from = n;
    }
  }
  return out;
}

// ---------------------------------------------------------------- strict response parser
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
class ResponseParser {
  constructor(heads, connects) {
    this.heads = new Set(heads ?? []);
    this.connects = new Set(connects ?? []);
    this.buf = Buffer.alloc(0);
    this.finals = [];
    this.interims = [];
    this.error = null;
    this.tunnel = null;
    this.cur = null;
    this.sawClose = false;
    this.http2 = false;
  }
  fail(m) {
    if (!this.error) this.error = m;
  }
  push(d) {
    if (this.error) return;
    if (this.http2) return;
    if (this.tunnel !== null) {
      this.tunnel += d.toString('latin1');
      return;
    }
    this.buf = this.buf.length ? Buffer.concat([this.buf, d]) : d;
    while (!this.error && this.tunnel === null && this.step()) {
      /* more */
    }
  }
  step() {
    if (!this.cur) {
      if (!this.buf.length) return false;
      if (this.mayBeHttp2 && !this.finals.length && this.buf.length < 9 && this.buf[0] === 0) return false;
      if (
        this.mayBeHttp2 &&
        !this.finals.length &&
        this.buf[0] === 0 &&
        (this.buf[3] === 4 || this.buf[3] === 7) &&
        this.buf.readUInt32BE(5) === 0
      ) {
        this.http2 = true;
        return false;
      } // SETTINGS or GOAWAY on stream 0
      const probe = this.buf.subarray(0, 7).toString('latin1');
      if (!'HTTP/1.'.startsWith(probe.slice(0, 7))) {
        this.fail(`bytes that are no response: ${JSON.stringify(this.buf.subarray(0, 40).toString('latin1'))}`);
        return false;
      }
      const end = this.buf.indexOf('\r\n\r\n');
      if (end < 0) {
        if (this.buf.length > 262144) this.fail('response head too large');
        return false;
      }
      const head = this.buf.subarray(0, end).toString('latin1');
      this.buf = this.buf.subarray(end + 4);
      this.head(head);
      return !this.error;
    }
    return this.body();
  }
  head(text) {
    const lines = text.split('\r\n');
    const m = /^HTTP\/1\.([01]) ([1-9]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/.exec(lines[0]);
    if (!m) return this.fail(`bad status line ${JSON.stringify(lines[0].slice(0, 80))}`);
    const r = {
      minor: Number(m[1]),
      status: Number(m[2]),
      headers: new Map(),
      body: Buffer.alloc(0),
      chunks: [],
      untilClose: false,
    };
    for (const l of lines.slice(1)) {
      const i = l.indexOf(':');
      if (i <= 0 || !TOKEN.test(l.slice(0, i)))
        return this.fail(`bad response header line ${JSON.stringify(l.slice(0, 80))}`);
      const v = l.slice(i + 1).replace(/^[ \t]+|[ \t]+$/g, '');
      if (/[\x00-\x08\x0a-\x1f\x7f]/.test(v)) return this.fail(`control character in response header ${l.slice(0, i)}`);
      const n = l.slice(0, i).toLowerCase();
      r.headers.set(n, r.headers.has(n) ? `${r.headers.get(n)}, ${v}` : v);
    }
    if (this.sawClose) return this.fail(`response ${r.status} after a response with 'Connection: close'`);
    const te = r.headers.get('transfer-encoding'),
      cl = r.headers.get('content-length');
    if (te !== undefined && cl !== undefined)
      return this.fail('response with both Transfer-Encoding and Content-Length');
    if (cl !== undefined && !/^\d+$/.test(cl)) return this.fail(`response with Content-Length ${JSON.stringify(cl)}`);
    if (te !== undefined && te.toLowerCase() !== 'chunked')
      return this.fail(`response with Transfer-Encoding ${JSON.stringify(te)}`);
    if (te !== undefined && r.minor === 0) return this.fail('HTTP/1.0 response with Transfer-Encoding');
    if ((r.status < 200 || r.status === 204) && (te !== undefined || cl !== undefined))
      return this.fail(`${r.status} response with a body length`);
    const index = this.finals.length;
    if (r.status === 101) {
      this.finals.push(r);
      this.tunnel = this.buf.toString('latin1');
      this.buf = Buffer.alloc(0);
      return;
    }
    if (r.status < 200) {
      this.interims.push({ status: r.status, before: index });
      return;
    }
    if (
      (r.headers.get('connection') ?? '')
        .toLowerCase()
        .split(',')
        .map((s) => s.trim())
        .includes('close')
    )
      r.close = true;
    if (this.connects.has(index) && r.status < 300) {
      if (te !== undefined || cl !== undefined) return this.fail(`${r.status} response to CONNECT with a body length`);
      this.finals.push(r);
      this.tunnel = this.buf.toString('latin1');
      this.buf = Buffer.alloc(0);
      return;
    }
    if (this.heads.has(index) || r.status === 204 || r.status === 304) return this.done(r);
    if (te !== undefined) r.mode = 'chunk-size';
    else if (cl !== undefined) {
      r.mode = 'length';
      r.left = Number(cl);
    } else {
      r.mode = 'close';
      r.untilClose = true;
    }
    this.cur = r;
  }
  body() {
    const r = this.cur;
    if (r.mode === 'length') {
      if (this.buf.length < r.left) return false;
      r.chunks.push(this.buf.subarray(0, r.left));
      this.buf = this.buf.subarray(r.left);
      this.cur = null;
      this.done(r);
      return true;
    }
    if (r.mode === 'close') {
      if (!this.buf.length) return false;
      r.chunks.push(this.buf);
      this.buf = Buffer.alloc(0);
      return false;
    }
    if (r.mode === 'chunk-data') {
      if (this.buf.length < r.left + 2) return false;
      if (this.buf[r.left] !== 13 || this.buf[r.left + 1] !== 10) {
        this.fail('response chunk not ended by CRLF');
        return false;
      }
      r.chunks.push(this.buf.subarray(0, r.left));
      this.buf = this.buf.subarray(r.left + 2);
      r.mode = 'chunk-size';
      return true;
    }
    const e = this.buf.indexOf('\r\n');
    if (e < 0) {
      if (this.buf.length > 65536) this.fail('response chunk line too long');
      return false;
    }
    const line = this.buf.subarray(0, e).toString('latin1');
    this.buf = this.buf.subarray(e + 2);
    if (r.mode === 'chunk-size') {
      const m = /^([0-9A-Fa-f]{1,12})(?:[ \t]*;[\t\x20-\x7e]*)?$/.exec(line);
      if (!m) {
        this.fail(`bad response chunk size ${JSON.stringify(line.slice(0, 40))}`);
        return false;
      }
      r.left = parseInt(m[1], 16);
      r.mode = r.left ? 'chunk-data' : 'trailer';
      return true;
    }
    if (line === '') {
      this.cur = null;
      this.done(r);
      return true;
    }
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/.test(line)) {
      this.fail('bad response trailer line');
      return false;
    }
    return true;
  }
  done(r) {
    r.body = Buffer.concat(r.chunks);
    r.chunks = null;
    if (r.close) this.sawClose = true;
    this.finals.push(r);
  }
  eof() {
    if (this.error || this.http2 || this.tunnel !== null) return;
    if (this.cur && this.cur.mode === 'close') {
      const r = this.cur;
      this.cur = null;
      r.close = true;
      this.done(r);
      return;
    }
    if (this.cur || this.buf.length) this.fail('response cut off by the close');
  }
  describe() {
    const out = this.interims.map((i) => String(i.status));
    for (const r of this.finals)
      out.push(`${r.status}${r.echo?.target ? ' ' + String(r.echo.target).slice(0, 40) : ''}`);
    if (this.cur) out.push('(unfinished response)');
    if (this.http2) out.push('HTTP/2 frames');
    return out.join(', ') || 'nothing';
  }
}

function echoOf(r) {
  if (r.echo !== undefined) return r.echo;
  r.echo = null;
  if (r.status === 200 && r.body && r.body.length && r.body[0] === 0x7b)
    try {
      r.echo = JSON.parse(r.body.toString('utf8'));
    } catch {
      /* not an echo */
    }
  return r.echo;
}

// ---------------------------------------------------------------- matching
const list = (x) => (Array.isArray(x) ? x : [x]);
const sha = (b) => crypto.createHash('sha256').update(b).digest('hex');
function valueFits(want, got) {
  if (want === null) return got === undefined;
  if (want?.opt && got === undefined) return true;
  if (typeof want === 'object') return got !== undefined && new RegExp(want.re, 's').test(String(got));
  return got === want;
}
const own = (o, k) => (o && Object.prototype.hasOwnProperty.call(o, k) ? o[k] : undefined);

function responseFits(m, r) {
  // -> null or a reason
  if (m.status !== undefined && !list(m.status).includes(r.status))
    return `status ${r.status}, wanted ${list(m.status).join('/')}`;
  for (const [n, v] of Object.entries(m.header ?? {}))
    if (!valueFits(v, r.headers.get(n))) return `response header ${n} is ${JSON.stringify(r.headers.get(n))}`;
  if (m.body !== undefined && !r.body.equals(material(m.body)))
    return `response body is ${JSON.stringify(r.body.subarray(0, 40).toString('latin1'))} (${r.body.length} bytes)`;
  if (m.tunnel !== undefined && r.status === 101) return null; // judged on the tunnel itself
  const want = m.echo;
  if (!want || r.status !== 200) return null;
  const e = echoOf(r);
  if (!opt.echo) {
    if (e && want.target !== undefined && !valueFits(want.target, e.target))
      return `echoed target ${JSON.stringify(e.target)}`;
    return null;
  }
  if (!e) return 'no JSON echo in the 200 response';
  for (const k of ['method', 'target', 'bodyLength'])
    if (want[k] !== undefined && !valueFits(want[k], e[k]))
      return `echoed ${k} ${JSON.stringify(e[k])}, wanted ${JSON.stringify(want[k].re ?? want[k])}`;
  if (want.body !== undefined) {
    const b = material(want.body);
    if (e.bodyLength !== b.length) return `echoed bodyLength ${e.bodyLength}, wanted ${b.length}`;
    if (e.bodySha256 !== sha(b)) return 'echoed bodySha256 differs';
  }
  for (const [n, v] of Object.entries(want.headers ?? {}))
    if (!valueFits(v, own(e.headers, n)))
      return `echoed header ${n} is ${JSON.stringify(own(e.headers, n))}, wanted ${JSON.stringify(v?.re ?? v)}`;
  for (const [n, v] of Object.entries(want.trailers ?? {}))
    if (!valueFits(v, own(e.trailers, n)))
      return `echoed trailer ${n} is ${JSON.stringify(own(e.trailers, n))}, wanted ${JSON.stringify(v?.re ?? v)}`;
  return null;
}

// -> {state: 'yes'|'pending'|'no', why}
function outcomeFits(o, obs) {
  const no = (why) => ({ state: 'no', why }),
    pending = (why) => ({ state: 'pending', why }),
    yes = { state: 'yes' };
  if (o.ignore) return obs.closed || obs.quiet ? yes : pending('');
  if (o.http2) return obs.http2 ? yes : no('no HTTP/2 frame');
  if (obs.http2) return no('answered in HTTP/2');
  const want = o.responses ?? [];
  const got = obs.answers;
  const room = want.length + (o.reject ? 1 : 0);
  for (let i = 0; i < Math.min(got.length, room); i++) {
    if (i < want.length) {
      const why = responseFits(want[i], got[i]);
      if (why) return no(`response ${i + 1}: ${why}`);
    } else if (!o.reject.includes(got[i].status))
      return no(`response ${i + 1}: status ${got[i].status}, wanted ${o.reject.join('/')}`);
  }
  if (got.length > room)
    return no(`${got.length} responses, wanted ${room}${obs.smuggled ? ' (embedded request was answered)' : ''}`);
  if (o.interim) {
    const n = obs.interims.filter((i) => i.status === 100).length;
    if (n > (o.interim.max ?? 99)) return no(`${n} interim 100 responses`);
    if (n < (o.interim.min ?? 0))
      return obs.closed || got.length ? no('no interim 100 response') : pending('no interim 100 response');
  }
  if (got.length < want.length) {
    if (obs.followed) return no(`follow-up answered after ${got.length} of ${want.length} responses`);
    return obs.closed
      ? no(`closed after ${got.length} of ${want.length} responses`)
      : pending(`only ${got.length} of ${want.length} responses`);
  }
  if (o.reject && got.length === want.length) {
    if (obs.followed) return no('request vanished: only the follow-up was answered');
    if (!obs.closed)
      return o.end === 'wait' && o.silent !== false && obs.quiet ? yes : pending('neither answered nor closed');
    return o.silent === false ? no('closed without a response') : yes;
  }
  const tun = want.find((m) => m.tunnel !== undefined);
  if (tun && got.some((r) => r.status === 101)) {
    if (obs.tunnel === tun.tunnel.expect) return yes;
    return obs.closed || !tun.tunnel.expect.startsWith(obs.tunnel ?? '')
      ? no(`tunnel carried ${JSON.stringify((obs.tunnel ?? '').slice(0, 60))}`)
      : pending('tunnel bytes missing');
  }
  switch (o.end ?? 'open') {
    case 'open':
      if (obs.follow === 'none') return obs.closed ? no('connection was closed') : yes;
      return obs.followed
        ? yes
        : obs.closed
          ? no('connection closed, follow-up not answered')
          : pending('follow-up not answered');
    case 'close':
      if (obs.followed) return no('connection stayed in use: follow-up was answered');
      return obs.closed ? yes : pending('connection not closed');
    case 'wait':
      if (obs.followed) return no('follow-up was answered');
      return obs.closed || obs.quiet ? yes : pending('');
    default: // any
      if (obs.follow === 'none') return yes;
      return obs.followed || obs.closed ? yes : pending('follow-up not answered, connection not closed');
  }
}

// ---------------------------------------------------------------- one connection
function connectionRun(c, steps, ftarget, follow) {
  const expect = list(c.expect);
  const limit = c.timeout ?? opt.timeout;
  return new Promise((resolve) => {
    const parser = new ResponseParser(c.heads, c.connects);
    parser.mayBeHttp2 = expect.some((o) => o.http2);
    const raw = net.connect({
      ...(opt.unix === null ? { host: opt.host, port: opt.port } : { path: opt.unix }),
      allowHalfOpen: true,
      noDelay: true,
    });
    // The peer is always the server under test, so its certificate is not verified.
    const sock = opt.tls
      ? tls.connect({ socket: raw, allowHalfOpen: true, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false })
      : raw;
    const st = { closed: false, reset: false, connected: false, sent: false, lastByte: Date.now(), over: false };
    let wake = null;
    const observe = () => {
      for (const r of parser.finals) echoOf(r);
      const fi = parser.finals.findIndex((r) => r.echo && r.echo.target === ftarget);
      return {
        answers: parser.finals.filter((_, i) => i !== fi),
        followed: fi >= 0,
        followLast: fi < 0 || fi === parser.finals.length - 1,
        smuggled: parser.finals.some((r) => /smuggled/.test(String(r.echo?.target ?? ''))),
        interims: parser.interims,
        closed: st.closed,
        quiet: st.sent && Date.now() - st.lastByte > 400,
        tunnel: parser.tunnel,
        http2: parser.http2,
        follow,
      };
    };
    const judge = () => {
      const obs = observe();
      if (expect.some((o) => o.ignore))
        return outcomeFits(
          expect.find((o) => o.ignore),
          obs,
        );
      if (parser.error) return { state: 'no', why: parser.error };
      if (!obs.followLast) return { state: 'no', why: 'responses after the answer to the last request' };
      const all = expect.map((o) => outcomeFits(o, obs));
      let best = all.find((x) => x.state === 'yes') ?? all.find((x) => x.state === 'pending') ?? all[0];
      if (best.state === 'no' && all.length > 1)
        best = { state: 'no', why: [...new Set(all.map((x) => x.why))].join(' | ') };
      const last = parser.finals[parser.finals.length - 1];
      if (
        best.state === 'yes' &&
        last?.close &&
        !st.closed &&
        parser.tunnel === null &&
        !expect.some((o) => o.end === 'wait')
      )
        return { state: 'pending', why: "announced 'Connection: close' but did not close" };
      return best;
    };
    const finish = (v) => {
      if (st.over) return;
      st.over = true;
      clearTimeout(timer);
      clearInterval(poll);
      if (wake) wake();
      sock.destroy();
      raw.destroy();
      const obs = observe();
      if (v.state !== 'yes' && obs.smuggled) v.smuggled = true;
      v.got = `${parser.describe()}; ${st.closed ? (st.reset ? 'reset' : 'closed') : 'open'}`;
      resolve(v);
    };
    const check = () => {
      if (st.over) return;
      if (wake) {
        const w = wake;
        wake = null;
        w();
      }
      const v = judge();
      const idle = Date.now() - st.lastByte;
      if (v.state === 'yes' && (st.closed || (st.sent && idle > 70))) return finish(v);
      if (v.state === 'no' && (st.closed || idle > 70)) return finish(v);
      if (v.state === 'pending' && st.closed) return finish({ ...v, state: 'no' });
    };
    const timer = setTimeout(() => {
      const v = judge();
      finish(v.state === 'pending' ? { state: 'no', why: `time out: ${v.why}` } : v);
    }, limit);
    const poll = setInterval(check, 25);
    sock.on('error', (e) => {
      if (!st.connected) return finish({ state: 'no', why: `connect: ${e.code}`, dead: true });
      if (!st.closed) {
        st.closed = true;
        st.reset = true;
        parser.eof();
        check();
      }
    });
    sock.on('data', (d) => {
      st.lastByte = Date.now();
      parser.push(d);
      onTunnel();
      check();
    });
    sock.on('end', () => {
      if (!st.closed) {
        st.closed = true;
        parser.eof();
      }
      check();
    });
    sock.on('close', () => {
      if (!st.closed) {
        st.closed = true;
        parser.eof();
      }
      check();
    });
    let tunnelSent = false;
    const onTunnel = () => {
      if (parser.tunnel === null || tunnelSent) return;
      tunnelSent = true;
      const t = expect.flatMap((o) => o.responses ?? []).find((m) => m.tunnel !== undefined)?.tunnel;
      if (t?.send) sock.write(bytes(t.send));
    };
    const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
    const until = async (cond, ms) => {
      const t0 = Date.now();
      while (!st.over && !st.closed && !parser.error && !cond() && Date.now() - t0 < ms)
        await new Promise((r) => {
          wake = r;
          setTimeout(r, 15);
        });
    };
    const write = (b) =>
      new Promise((r) => {
        if (st.closed || sock.destroyed || sock.writableEnded) return r();
        sock.write(b, () => r());
        setTimeout(r, limit);
      });
    sock.on(opt.tls ? 'secureConnect' : 'connect', async () => {
      st.connected = true;
      for (const s of steps) {
        if (st.over || (st.closed && !s.data)) break;
        if (s.data) {
          if (parser.tunnel !== null && s.followup) break;
          await write(s.data);
          // The limit is for the server: to send byte by byte may take longer on a busy machine.
          if (!st.over) timer.refresh();
          st.lastByte = Math.max(st.lastByte, Date.now());
        } else if (s.gap) await sleep(c.gap ?? 2);
        else if (s.wait) await sleep(s.wait);
        else if (s.until) await until(() => parser.finals.length >= s.until, s.max ?? 1500);
        else if (s.until100) await until(() => parser.interims.length > 0 || parser.finals.length > 0, s.max ?? 1000);
        else if (s.fin) sock.end();
        else if (s.rst) {
          raw.resetAndDestroy();
          st.closed = true;
        }
      }
      st.sent = true;
      st.lastByte = Math.max(st.lastByte, Date.now());
      check();
    });
  });
}

async function alive() {
  // a fresh connection must be served
  const c = {
    id: 'alive',
    send: 'GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    follow: 'none',
    expect: [{ responses: [{ status: 200 }], end: 'any' }],
    timeout: 2000,
  };
  const { steps, ftarget, follow } = stepsOf(c);
  return (await connectionRun(c, steps, ftarget, follow)).state === 'yes';
}

async function caseRun(c) {
  const { steps, ftarget, follow } = stepsOf(c);
  let v;
  if (c.split === 'each') {
    // two segments, cut at every byte in turn
    const n = Math.max(...steps.filter((s) => s.data).map((s) => s.data.length));
    const at = [];
    for (let i = 1; i < n; i++) at.push(i);
    let bad = null;
    const worker = async () => {
      while (at.length && !bad) {
        const i = at.shift();
        const r = await connectionRun(c, segment(steps, [i]), ftarget, follow);
        if (r.state !== 'yes') bad ??= { ...r, why: `cut at byte ${i}: ${r.why}` };
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    v = bad ?? { state: 'yes', got: '' };
  } else v = await connectionRun(c, c.split ? segment(steps, c.split) : steps, ftarget, follow);
  if (v.state === 'yes' && c.alive && !(await alive()))
    v = { state: 'no', why: 'server no longer answers on a new connection', got: v.got, dead: true };
  return v;
}

// ---------------------------------------------------------------- main
const all = loadCases();
const cases = all.filter(
  (c) => (!opt.groups.length || opt.groups.includes(c.group)) && (!opt.only.length || opt.only.includes(c.id)),
);
if (opt.list) {
  for (const c of cases) console.log(`${c.level}\t${c.group}\t${c.id}\t${c.note ?? ''}`);
  process.exit(0);
}
if (!cases.length) die('no case selected');
if (!opt.port && opt.unix === null) die('--port or --unix is needed');
for (let i = 0; ; i++) {
  if (await alive()) break;
  if (i >= 9) {
    console.log(`no working server on ${opt.unix ?? `${opt.host}:${opt.port}`}`);
    process.exit(2);
  }
  await new Promise((r) => setTimeout(r, 300));
}

const results = new Map();
const queue = [...cases];
await Promise.all(
  Array.from({ length: Math.max(1, opt.concurrency) }, async () => {
    while (queue.length) {
      const c = queue.shift();
      let v;
      try {
        v = await caseRun(c);
      } catch (e) {
        v = { state: 'no', why: `runner: ${e.message}`, got: '' };
      }
      if (v.dead) {
        await new Promise((r) => setTimeout(r, 1000));
        if (v.why.startsWith('connect')) v = await caseRun(c);
      }
      results.set(c.id, v);
    }
  }),
);

const groups = {};
const total = { must: [0, 0], should: [0, 0] };
const rows = [];
for (const c of cases) {
  const v = results.get(c.id),
    ok = v.state === 'yes';
  groups[c.group] ??= { must: [0, 0], should: [0, 0] };
  for (const t of [total, groups[c.group]]) {
    t[c.level][1]++;
    if (ok) t[c.level][0]++;
  }
  rows.push({
    id: c.id,
    group: c.group,
    level: c.level,
    ok,
    why: ok ? undefined : v.why,
    got: v.got,
    smuggled: v.smuggled,
  });
  if (!ok)
    console.log(
      `FAIL ${c.level} ${c.group}/${c.id}: ${v.smuggled ? 'SMUGGLED ' : ''}${v.why} [got ${v.got}] (${c.ref})${c.note ? ' ' + c.note : ''}`,
    );
  else if (opt.verbose) console.log(`ok   ${c.level} ${c.group}/${c.id} [${v.got}]`);
}
for (const [g, t] of Object.entries(groups))
  console.log(`  ${g.padEnd(18)} must ${t.must[0]}/${t.must[1]}  should ${t.should[0]}/${t.should[1]}`);
if (opt.json) fs.writeFileSync(opt.json, JSON.stringify({ total, groups, results: rows }, null, 1));
console.log(`must: ${total.must[0]}/${total.must[1]} should: ${total.should[0]}/${total.should[1]}`);
process.exit(total.must[0] === total.must[1] ? 0 : 1);
