#!/bin/sh
# Runs the command as the hub's own user, who may do nothing but keep the files in /data.
#
# The Supervisor mounts /data owned by root, and before every start writes options.json anew, readable by root alone; a
# restored backup is root's too. So the container starts as root, hands over what is not the hub's yet, and lets go of
# root for good before the hub's first line runs. Started as another user already, it changes nothing.
set -eu

hub=8710 # its user and group: a number of its own, and easy to recognise

# Readings are private: nobody else on the machine reads the files that the hub makes.
umask 077

if [ "$(id -u)" -eq 0 ]; then
    find /data ! \( -user "$hub" -group "$hub" \) -exec chown -h "$hub:$hub" {} +
    exec setpriv --reuid "$hub" --regid "$hub" --clear-groups --no-new-privs -- "$@"
fi
exec "$@"
