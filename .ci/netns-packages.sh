#!/usr/bin/env bash
# Installs what the real stores (lab/netns) are made of, and starts none of it. Says what is missing where it cannot.
set -euo pipefail
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
declare -A NEEDED=(
	[vtysh]=frr [/usr/lib/frr/frr-reload.py]=frr-pythontools [ovs-vswitchd]=openvswitch-switch [ovsdb-server]=openvswitch-switch
	[dnsmasq]=dnsmasq-base [sshd]=openssh-server [ssh-keygen]=openssh-client [nft]=nftables [tini]=tini [arping]=iputils-arping
	[ping]=iputils-ping [dig]=bind9-dnsutils [curl]=curl [ip]=iproute2 [tc]=iproute2 [sudo]=sudo [busybox]=busybox
	[ethtool]=ethtool [pidof]=sysvinit-utils [sysctl]=procps [unshare]=util-linux [setpriv]=util-linux [python3]=python3
)
missing=()
for tool in "${!NEEDED[@]}"; do
	command -v "$tool" >/dev/null || missing+=("${NEEDED[$tool]}")
done
[ ${#missing[@]} -gt 0 ] || exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "no real stores here: install ${missing[*]}" >&2
	exit 0
fi
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then # the host itself is to run none of these services
	trap 'rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1; then
	echo "no real stores here: ${missing[*]} cannot be installed" >&2
fi
