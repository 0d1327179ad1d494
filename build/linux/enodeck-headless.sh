#!/bin/sh
# Runs the node without a window, or a command; needs no display. The switches before -- are Chromium's: a platform without
# a display, and one process. No web content is loaded, so there is nothing for Chromium's sandbox to confine.
folder=$(dirname "$(dirname "$(readlink -f "$0")")")
exec "$folder/enodeck" --enodeck-headless --ozone-platform=headless --no-sandbox --no-zygote --in-process-gpu \
  --disable-gpu --enable-features=NetworkServiceInProcess2 --log-level=3 -- "$@"
