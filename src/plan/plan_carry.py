# Carries what commands changed on the devel image over to the model's base.
#
#   python plan_carry.py BEFORE AFTER
#
# BEFORE and AFTER are the devel image's tree before and after the commands.
import os, shutil, stat, subprocess, sys
before, after = sys.argv[1:3]
status = '/var/lib/dpkg/status'
skip = {'/dev', '/proc', '/run', '/sys', '/etc/hostname', '/etc/hosts',
        '/etc/ld.so.cache', '/etc/resolv.conf', status, status + '-old'}


def look(path):
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def is_dir(s):
    return s is not None and stat.S_ISDIR(s.st_mode)


def facts(s):
    own = (s.st_mode, s.st_uid, s.st_gid)
    return own if is_dir(s) else own + (s.st_size, s.st_mtime_ns)


def remove(path):
    s = look(path)
    if is_dir(s):
        shutil.rmtree(path)
    elif s is not None:
        os.unlink(path)


def same_owner(path, s):
    os.chown(path, s.st_uid, s.st_gid, follow_symlinks=False)
    shutil.copystat(after + path, path, follow_symlinks=False)


# One that only the devel image has.
def make_dir(path):
    if not os.path.isdir(path):
        make_dir(os.path.dirname(path))
        os.mkdir(path)
        same_owner(path, look(after + path))


def copy(path, s):
    if not is_dir(s) or not is_dir(look(path)):
        remove(path)
        make_dir(os.path.dirname(path) or '/')
        if is_dir(s):
            os.mkdir(path)
        elif stat.S_ISFIFO(s.st_mode):
            os.mkfifo(path)
        elif stat.S_ISREG(s.st_mode) or stat.S_ISLNK(s.st_mode):
            shutil.copyfile(after + path, path, follow_symlinks=False)
        else:
            return
    same_owner(path, s)


def carry(path):
    names = set(os.listdir(after + (path or '/')))
    if is_dir(look(before + path)):
        names.update(os.listdir(before + (path or '/')))
    for one in sorted(path + '/' + name for name in names):
        was, now = look(before + one), look(after + one)
        if one in skip:
            continue
        if now is None:
            remove(one)
            continue
        other = was is None or facts(was) != facts(now)
        if other:
            copy(one, now)
        if is_dir(now):
            carry(one)
        if is_dir(now) and other:
            same_owner(one, now)


def packages(root):
    with open(root + status, errors='surrogateescape') as f:
        texts = [t for t in f.read().split('\n\n') if t.strip()]
    return {tuple(l for l in t.split('\n')
                  if l.startswith(('Package:', 'Architecture:'))): t
            for t in texts}


carry('')
was, now, own = packages(before), packages(after), packages('')
changed = {k: t for k, t in now.items() if was.get(k) != t}
gone = [k for k in was if k not in now]
if changed or gone:
    own.update(changed)
    for k in gone:
        own.pop(k, None)
    with open(status, 'w', errors='surrogateescape') as f:
        f.write('\n\n'.join(t.strip('\n') for t in own.values()) + '\n')
    if subprocess.call(['apt-get', 'check', '-qq']):
        os.makedirs('/var/cache/apt/cog/partial', exist_ok=True)
        subprocess.check_call(['apt-get', 'update', '-qq'])
        subprocess.check_call(['apt-get', 'install', '-qqyf', '--no-install-recommends',
                               '-o', 'Dir::Cache::archives=/var/cache/apt/cog'])
subprocess.check_call(['ldconfig'])
