import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet } from './fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('grafana', ['monitoring']);
});
afterAll(async () => {
  await fleet?.down();
});

/**
 * A package by the name of Grafana's, with its unit and what the deploy needs of it: it answers on its health path, and
 * its CLI notes the password that it is given. It shows how the package comes to the host, and nothing of Grafana.
 */
const STAND_IN = String.raw`
set -eu
d=$(mktemp -d)
mkdir -p "$d"/{DEBIAN,usr/bin,usr/lib/systemd/system,var/lib/grafana}
cat >"$d/DEBIAN/control" <<'X'
Package: grafana
Version: 99.0
Architecture: all
Maintainer: tests
Description: stands in for Grafana
X
cat >"$d/usr/bin/grafana" <<'X'
#!/bin/bash
cat >/var/lib/grafana/password
X
cat >"$d/usr/bin/grafana-stand-in" <<'X'
#!/usr/bin/python3
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
open('/var/lib/grafana/grafana.db', 'a').close()
with open(os.environ['GF_SECURITY_ADMIN_PASSWORD__FILE']) as f: open('/var/lib/grafana/first', 'w').write(f.read())
class H(BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200 if self.path == '/api/health' else 404); self.end_headers(); self.wfile.write(b'{}')
HTTPServer((os.environ['GF_SERVER_HTTP_ADDR'], 3000), H).serve_forever()
X
chmod 755 "$d"/usr/bin/*
printf '[Service]\nExecStart=/usr/bin/grafana-stand-in\n[Install]\nWantedBy=multi-user.target\n' >"$d/usr/lib/systemd/system/grafana-server.service"
mkdir -p /srv/apt
dpkg-deb --build --root-owner-group "$d" /srv/apt/grafana.deb >/dev/null
cd /srv/apt
{ dpkg-deb -f grafana.deb; echo "Filename: ./grafana.deb"; echo "Size: $(stat -c %s grafana.deb)"; echo "SHA256: $(sha256sum grafana.deb | cut -d' ' -f1)"; } >Packages
echo 'deb [trusted=yes] file:/srv/apt ./' >/etc/apt/sources.list.d/grafana.list
apt-get -qq update
`;

describe('unde deploy grafana', () => {
  it('is refused before anything changes while no apt source has it, and left out of a lab otherwise', async () => {
    const refused = await fleet.exits(4, 'deploy', 'grafana');
    expect(refused.stderr).toContain('PACKAGE_SOURCE_MISSING');
    expect(refused.stderr).toContain('configure an apt source');
    expect(
      await fleet.on('monitoring', 'ls /etc/grafana /var/lib/unde/services/grafana 2>&1 | grep -c No'),
    ).toBe('2');
    const others = await fleet.ok('deploy', 'grafana,node-exporter', '--no-diff');
    expect(others.stdout).toContain('grafana on monitoring left out');
  });

  it('installs it from a source that the operator configures, with dashboards and its password', async () => {
    await fleet.on('monitoring', STAND_IN);
    await fleet.ok('deploy', 'grafana', '--no-diff');
    const dashboards = await fleet.on('monitoring', 'ls /etc/unde/grafana/dashboards');
    expect(dashboards).toContain('unde-site-local.json');
    const first = await fleet.on('monitoring', 'cat /var/lib/grafana/first');
    expect(first.length).toBeGreaterThan(30);
    // A second start finds a database, and sets the password by the CLI.
    await fleet.ok('restart', 'grafana');
    expect(await fleet.on('monitoring', 'cat /var/lib/grafana/password')).toBe(first);
    expect((await fleet.unde(['deploy', 'grafana'])).stdout).toContain('1 with no change');
  });
});
