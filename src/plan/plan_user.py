# Prepares an image for a server that is not root's: what is below a directory can
# be read by everybody, what a server of root's left in /tmp is gone, and a name
# that no user has becomes one.
#
#   python plan_user.py USER[:GROUP] DIRECTORY
import grp, os, pwd, shutil, stat, sys


def let_read(path):
    s = os.lstat(path)
    mode = s.st_mode | 0o444
    if stat.S_ISDIR(s.st_mode) or s.st_mode & 0o111:
        mode |= 0o111
    if not stat.S_ISLNK(s.st_mode) and mode != s.st_mode:
        os.chmod(path, stat.S_IMODE(mode))


def add(path, line):
    with open(path, 'a') as f:
        f.write(line + '\n')


def add_user(name):
    used = {e.pw_uid for e in pwd.getpwall()} | {e.gr_gid for e in grp.getgrall()}
    number = next(i for i in range(1000, 60000) if i not in used)
    add('/etc/passwd', '%s:x:%d:%d::/nonexistent:/usr/sbin/nologin'
        % (name, number, number))
    add('/etc/group', '%s:x:%d:' % (name, number))


name, _, group = sys.argv[1].partition(':')
if not name.isdigit() and name not in [e.pw_name for e in pwd.getpwall()]:
    add_user(name)
if group and not group.isdigit() and group not in [
        e.gr_name for e in grp.getgrall()]:
    sys.exit('cog-frontend: COG_USER names the group ' + group
             + ', which the image has not')
let_read(sys.argv[2])
for d, dirs, files in os.walk(sys.argv[2]):
    for one in dirs + files:
        let_read(os.path.join(d, one))
shutil.rmtree('/tmp/coglet', ignore_errors=True)
