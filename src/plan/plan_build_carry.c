// With a flavour of CUDA that has no compiler, the user's commands run on the
// devel image, and what they made is carried over to the model's base: each
// file that they added, changed or removed. The databases that both images
// have, of packages and of libraries, are brought up to date instead.
#include "plan_int.h"

#define MOUNTS "/run/cog"
#define BEFORE MOUNTS "/before"
#define AFTER MOUNTS "/after"

// A file is the same when its kind, owner, size and time are: nothing is read.
// What the package manager installed is in its database as one paragraph each;
// packages that it did not have to install there because devel has them are
// asked of apt at the end.
static const char carry_script[] =
    "import os, shutil, stat, subprocess, sys\n"
    "before, after = sys.argv[1:3]\n"
    "status = '/var/lib/dpkg/status'\n"
    "skip = {'/dev', '/proc', '/run', '/sys', '/etc/hostname', '/etc/hosts',\n"
    "        '/etc/ld.so.cache', '/etc/resolv.conf', status, status + '-old'}\n"
    "def look(path):\n"
    "    try:\n"
    "        return os.lstat(path)\n"
    "    except FileNotFoundError:\n"
    "        return None\n"
    "def is_dir(s):\n"
    "    return s is not None and stat.S_ISDIR(s.st_mode)\n"
    "def facts(s):\n"
    "    own = (s.st_mode, s.st_uid, s.st_gid)\n"
    "    return own if is_dir(s) else own + (s.st_size, s.st_mtime_ns)\n"
    "def remove(path):\n"
    "    s = look(path)\n"
    "    if is_dir(s):\n"
    "        shutil.rmtree(path)\n"
    "    elif s is not None:\n"
    "        os.unlink(path)\n"
    "def same_owner(path, s):\n"
    "    os.chown(path, s.st_uid, s.st_gid, follow_symlinks=False)\n"
    "    shutil.copystat(after + path, path, follow_symlinks=False)\n"
    "def make_dir(path):\n" // one that only the devel image has
    "    if not os.path.isdir(path):\n"
    "        make_dir(os.path.dirname(path))\n"
    "        os.mkdir(path)\n"
    "        same_owner(path, look(after + path))\n"
    "def copy(path, s):\n"
    "    if not is_dir(s) or not is_dir(look(path)):\n"
    "        remove(path)\n"
    "        make_dir(os.path.dirname(path) or '/')\n"
    "        if is_dir(s):\n"
    "            os.mkdir(path)\n"
    "        elif stat.S_ISFIFO(s.st_mode):\n"
    "            os.mkfifo(path)\n"
    "        elif stat.S_ISREG(s.st_mode) or stat.S_ISLNK(s.st_mode):\n"
    "            shutil.copyfile(after + path, path, follow_symlinks=False)\n"
    "        else:\n"
    "            return\n"
    "    same_owner(path, s)\n"
    "def carry(path):\n"
    "    names = set(os.listdir(after + (path or '/')))\n"
    "    if is_dir(look(before + path)):\n"
    "        names.update(os.listdir(before + (path or '/')))\n"
    "    for one in sorted(path + '/' + name for name in names):\n"
    "        was, now = look(before + one), look(after + one)\n"
    "        if one in skip:\n"
    "            continue\n"
    "        if now is None:\n"
    "            remove(one)\n"
    "            continue\n"
    "        other = was is None or facts(was) != facts(now)\n"
    "        if other:\n"
    "            copy(one, now)\n"
    "        if is_dir(now):\n"
    "            carry(one)\n"
    "        if is_dir(now) and other:\n"
    "            same_owner(one, now)\n"
    "def packages(root):\n"
    "    with open(root + status, errors='surrogateescape') as f:\n"
    "        texts = [t for t in f.read().split('\\n\\n') if t.strip()]\n"
    "    return {tuple(l for l in t.split('\\n')\n"
    "                  if l.startswith(('Package:', 'Architecture:'))): t\n"
    "            for t in texts}\n"
    "carry('')\n"
    "was, now, own = packages(before), packages(after), packages('')\n"
    "changed = {k: t for k, t in now.items() if was.get(k) != t}\n"
    "gone = [k for k in was if k not in now]\n"
    "if changed or gone:\n"
    "    own.update(changed)\n"
    "    for k in gone:\n"
    "        own.pop(k, None)\n"
    "    with open(status, 'w', errors='surrogateescape') as f:\n"
    "        f.write('\\n\\n'.join(t.strip('\\n') for t in own.values()) + '\\n')\n"
    "    if subprocess.call(['apt-get', 'check', '-qq']):\n"
    "        os.makedirs('/var/cache/apt/cog/partial', exist_ok=True)\n"
    "        subprocess.check_call(['apt-get', 'update', '-qq'])\n"
    "        subprocess.check_call(['apt-get', 'install', '-qqyf', '--no-install-recommends',\n"
    "                               '-o', 'Dir::Cache::archives=/var/cache/apt/cog'])\n"
    "subprocess.check_call(['ldconfig'])";

bool plan_carries(const struct plan_builder *b) {
  const struct config *c = b->in->config;
  return b->in->resolved->build_image.len && c->run.n + c->pre_install.n > 0;
}

static struct plan_mount tree(const struct plan_stage *s, const char *target) {
  return (struct plan_mount){
      .type = CONFIG_MOUNT_BIND,
      .target = target,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = s},
      .source = "/",
      .readonly = true,
      .leaves = MOUNTS,
  };
}

void plan_add_carry(struct plan_builder *b, struct plan_stage *s,
                    const struct plan_carry *carry) {
  struct plan_argv argv =
      PLAN_ARGV(b, "python", "-c", carry_script, BEFORE, AFTER);
  const struct config *c = b->in->config;
  const bool run = c->run.n > 0;
  struct plan_run *step =
      plan_add_run(b, s, "take over what the commands made",
                   run ? "build.run" : "build.pre_install",
                   run ? c->run.v[0].span : c->pre_install.v[0].span, &argv);
  const struct plan_mount mounts[] = {tree(carry->before, BEFORE),
                                      tree(carry->after, AFTER)};
  plan_add_mounts(b, step, mounts, ARRAY_LEN(mounts));
  plan_add_apt_caches(b, s, step);
  plan_add_ca(b, step);
}
