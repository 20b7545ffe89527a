# Takes debug symbols out of the shared libraries below a directory.
#
#   python plan_strip.py DIRECTORY
import os, shutil, subprocess, sys
if not shutil.which('strip') or not shutil.which('readelf'):
    sys.exit('cog-frontend: COG_STRIP needs binutils in the image of this'
             ' step; leave it out, or name another COG_DEPS_IMAGE')


def has_symbols(path):
    with open(path, 'rb') as f:
        if f.read(4) != b'\x7fELF':
            return False
    return b' .debug_' in subprocess.run(
        ['readelf', '-SW', path], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout


before = after = 0
for d, _, files in os.walk(sys.argv[1]):
    for path in sorted(os.path.join(d, f) for f in files
                       if '.so' in f):
        if os.path.islink(path) or not has_symbols(path):
            continue
        before += os.path.getsize(path)
        subprocess.check_call(['strip', '--strip-debug',
                               '--preserve-dates', path])
        after += os.path.getsize(path)
print('%d MB of debug symbols' % ((before - after) // 1000000))
