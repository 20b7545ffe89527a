# Takes away what uv leaves beside the packages, and lays headers where pip lays
# them: an extension that is compiled later looks for them there.
#
#   python plan_uv_tidy.py PREFIX
import glob, os, shutil, sys
prefix = sys.argv[1]
lock, site = os.path.join(prefix, '.lock'), os.path.join(prefix, 'include/site')
if os.path.exists(lock):
    os.unlink(lock)
moved = os.path.isdir(site)
if moved:
    shutil.copytree(site, os.path.dirname(site), dirs_exist_ok=True, symlinks=True)
    shutil.rmtree(site)
for info in glob.glob(os.path.join(prefix, 'lib/python*/site-packages/*.dist-info')):
    cache, record = (os.path.join(info, n) for n in ('uv_cache.json', 'RECORD'))
    stale = os.path.exists(cache)
    if stale:
        os.unlink(cache)
    if not (stale or moved) or not os.path.exists(record):
        continue
    with open(record, newline='') as f:
        lines = f.readlines()
    with open(record, 'w', newline='') as f:
        f.writelines(l.replace('../include/site/', '../include/') for l in lines
                     if '/uv_cache.json,' not in l)
