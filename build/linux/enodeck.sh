#!/bin/sh
# Starts the desktop application. Help, version and the commands that open no window need no display.
folder=$(dirname "$(dirname "$(readlink -f "$0")")")
case "${1-}" in
  chain | crawl | dns | doctor | help | nodes | nodeset | -h | --help | --version)
    exec "$folder/bin/enodeck-headless" "$@"
    ;;
esac
if [ -z "${DISPLAY-}" ] && [ -z "${WAYLAND_DISPLAY-}" ]; then
  echo 'enodeck: There is no display. enodeck-headless runs the node without a window.' >&2
  exit 1
fi
# Chromium's own log is not for users.
exec "$folder/enodeck" --log-level=3 "$@"
