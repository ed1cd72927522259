#!/bin/sh
# Finds a Python this archive has packages for and hands over to install.py; PYTHON=/path names one.
here=$(dirname "$0")
for candidate in "$PYTHON" python3.13 python3.12 python3.11 python3; do
  [ -n "$candidate" ] || continue
  command -v "$candidate" >/dev/null 2>&1 || continue
  "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
  exec "$candidate" "$here/install.py" "$@"
done
echo '没有找到 Python 3.11、3.12 或 3.13。请先安装，或写明位置：PYTHON=/路径/python3.11 sh install.sh' >&2
exit 1
