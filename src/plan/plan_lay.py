# Lays the packages below a prefix over the Python of the base image.
#
#   python plan_lay.py MAJOR.MINOR PREFIX
import os, subprocess, sys, sysconfig
wanted, dep = sys.argv[1:3]
have = '%d.%d' % sys.version_info[:2]
site = sysconfig.get_path('purelib')
if have != wanted:
    sys.exit('cog-frontend: the base image has Python %s, and the packages'
             ' are for %s; set python_version: "%s"'
             % (have, wanted, have))
if site not in sys.path or not os.path.isdir(site):
    sys.exit('cog-frontend: the site-packages of the base image\'s Python'
             ' (%s) cannot be found: %s is none that it searches'
             % (sys.executable, site))


def lay(source, to):
    os.makedirs(to, exist_ok=True)
    subprocess.check_call(['cp', '-a', source + '/.', to])


places = {'lib/python%s/site-packages' % have: site,
          'bin': sysconfig.get_path('scripts')}
for part in sorted(places):
    if os.path.isdir(os.path.join(dep, part)):
        lay(os.path.join(dep, part), places[part])
for name in sorted(os.listdir(dep)):
    if name not in ('bin', 'lib', 'lib64'):
        lay(os.path.join(dep, name),
            os.path.join(sysconfig.get_path('data'), name))
