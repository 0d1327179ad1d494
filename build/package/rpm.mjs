import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPLICATION } from './file-tree.mjs';
import { run } from './run-tool.mjs';

/*
 * The .rpm, with rpmbuild. Its dependencies are the library names that rpm reads from the binary, so that they hold on every
 * distribution.
 */

const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' };

function specFile({ tree, version, maintainer, compression }) {
  return `Name: enodeck
Version: ${version}
Release: 1
Summary: Node of Ethereum's peer-to-peer network, with a window
License: MIT
Packager: ${maintainer}
%global debug_package %{nil}
%global __strip /bin/true
%global __os_install_post %{nil}
%global _build_id_links none
%global _binary_payload w${compression.xz}T0.xzdio
# Libraries and programs in the application's folder are its own.
%global __provides_exclude_from ^/${APPLICATION}/.*$
%global __requires_exclude ^lib(ffmpeg|EGL|GLESv2|vulkan|vk_swiftshader)\\.so.*$

Requires: libX11-xcb.so.1()(64bit)

%description
Enodeck finds nodes by discv4, discv5 and DNS node lists, opens RLPx sessions and speaks eth and snap. Its window shows
peers, messages, the Kademlia table and why a node is no peer. It stores no chain. enodeck-headless is the same program
without a window, with systemd units.

%install
cp -a ${tree}/. %{buildroot}/

%files
%defattr(-,root,root,-)
/usr/bin/enodeck
/usr/bin/enodeck-headless
/${APPLICATION}
/usr/lib/systemd/system/enodeck.service
/usr/lib/systemd/user/enodeck.service
/usr/share/applications/enodeck.desktop
/usr/share/doc/enodeck
/usr/share/icons/hicolor/*/apps/enodeck.png
/usr/share/man/man1/enodeck*
/usr/share/metainfo/*
/usr/share/mime/packages/enodeck.xml

%post
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || :
  if [ "$1" -gt 1 ]; then systemctl try-restart enodeck.service || :; fi
fi

%preun
if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
  if [ -d /run/systemd/system ]; then systemctl stop enodeck.service || :; fi
  systemctl disable --quiet enodeck.service || :
  systemctl --global disable --quiet enodeck.service || :
fi

%postun
if [ -d /run/systemd/system ]; then systemctl daemon-reload || :; fi
`;
}

/** @returns {string} the file */
export function makeRpm({ tree, output, version, maintainer, compression }) {
  const architecture = ARCHITECTURES[process.arch];
  const work = join(output, 'rpmbuild');
  const spec = join(work, 'enodeck.spec');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(spec, specFile({ tree, version, maintainer, compression }));
  run('rpmbuild', [
    ...['-bb', '--target', architecture, '--define', `_topdir ${work}`, '--define', `_rpmdir ${output}`],
    ...['--define', '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm', spec],
  ]);
  rmSync(work, { recursive: true, force: true });
  return join(output, `enodeck-${version}-1.${architecture}.rpm`);
}
