#!/bin/sh
# Fetch, build, check, tidy up. A source that fails is left as it was fetched last, and a build that is refused leaves the served
# snapshot serving; the exit code is that of the first step that failed, so that whoever runs this hears of it.
# Arguments: the sources to fetch, all without any. INKARTA names the command when it is not on PATH.
inkarta="${INKARTA:-inkarta}"
worst=0
"$inkarta" fetch "$@" || worst=$?
"$inkarta" build || { code=$?; [ "$worst" -ne 0 ] || worst=$code; }
"$inkarta" check || { code=$?; [ "$worst" -ne 0 ] || worst=$code; }
"$inkarta" tidy || { code=$?; [ "$worst" -ne 0 ] || worst=$code; }
exit "$worst"
