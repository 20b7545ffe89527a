# Compiles all Python below the given directories, or in the interpreter's own
# site-packages, to bytecode that is the same in every build.
#
#   python plan_compile.py [DIRECTORY]...
import importlib.util, os, py_compile, sys, sysconfig
tops = sys.argv[1:] or [sysconfig.get_path('purelib')]
paths = sorted(os.path.join(d, f) for top in tops
               for d, _, files in os.walk(top)
               for f in files if f.endswith('.py'))
paths = [p for p in paths
         if not os.path.exists(importlib.util.cache_from_source(p))]
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_all(part):
    for p in part:
        try:
            py_compile.compile(p, doraise=True, invalidation_mode=mode)
        except (py_compile.PyCompileError, ValueError):
            # Templates, and tests of other Pythons.
            pass


children = []
for k in range(4):
    pid = os.fork()
    if pid == 0:
        compile_all(paths[k::4])
        os._exit(0)
    children.append(pid)
if any([os.waitpid(pid, 0)[1] for pid in children]):
    sys.exit('cog-frontend: the packages could not be compiled')
