import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';

/**
 * Renders unattended security updates: from the distributions' security archives alone, and without a restart of the
 * host. Packages of services that roll one host at a time are left out: a database that restarts at 6 a.m. without
 * its replica being asked is for `unde host patch`, which asks.
 */
export function renderUpdates(scope: RenderScope): RenderedFile[] {
  const left = statefulPackages(scope);
  return [
    {
      path: '/etc/apt/apt.conf.d/52unde',
      content: [
        '// Rendered by unde from the inventory; changes made here are drift.',
        'APT::Periodic::Update-Package-Lists "1";',
        'APT::Periodic::Unattended-Upgrade "1";',
        'APT::Periodic::AutocleanInterval "7";',
        '// What the package itself ships as allowed is replaced.',
        '#clear Unattended-Upgrade::Allowed-Origins;',
        '#clear Unattended-Upgrade::Origins-Pattern;',
        'Unattended-Upgrade::Origins-Pattern {',
        '  "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";',
        '  "origin=Ubuntu,archive=${distro_codename}-security";',
        '  "origin=UbuntuESM,archive=${distro_codename}-infra-security";',
        '  "origin=UbuntuESMApps,archive=${distro_codename}-apps-security";',
        '};',
        '// Renewed by `unde host patch`, in the order that their roles allow.',
        'Unattended-Upgrade::Package-Blacklist {',
        ...left.map((name) => `  "^${name.replaceAll(/[.+]/g, '\\$&')}$";`),
        '};',
        'Unattended-Upgrade::Automatic-Reboot "false";',
        'Unattended-Upgrade::MinimalSteps "true";',
        'Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";',
        '',
      ].join('\n'),
      mode: 0o644,
    },
    ...needrestart(scope),
  ];
}

/** The packages on this host of services that are moved one host at a time. */
function statefulPackages(scope: RenderScope): string[] {
  return [...new Set(stateful(scope).flatMap(({ packages }) => packages))].sort();
}

function stateful({ host, manifests }: RenderScope) {
  return manifests
    .filter((manifest) => manifest.kind === 'platform')
    .filter(({ name, rolling }) => rolling !== 'independent' && host.services.includes(name));
}

/** Ubuntu restarts services by itself once their libraries were renewed; those that roll one by one are left alone. */
function needrestart(scope: RenderScope): RenderedFile[] {
  const units = [...new Set(stateful(scope).map(({ unit }) => unit.replace(/[@.].*$/, '')))].sort();
  if (units.length === 0) return [];
  return [
    {
      path: '/etc/needrestart/conf.d/unde.conf',
      content: [
        '# Rendered by unde from the inventory; changes made here are drift.',
        ...units.map((unit) => `$nrconf{override_rc}->{qr(^${unit})} = 0;`),
        '',
      ].join('\n'),
      mode: 0o644,
    },
  ];
}
