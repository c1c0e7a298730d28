#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# On the console of the emulated board: before and after our modules
exec 2>&1
bold=$(printf '\033[1m') plain=$(printf '\033[0m')

heading() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

show() {
	printf '# %s\n' "$*"
	"$@"
}

python() {
	printf '# python3 -c "%s"\n' "$1"
	# The traceback's last line is what it says.
	python3 -c "$1" 2>&1 | tail -n 3 | grep -v '^ '
}

stty sane -echoctl 2>/dev/null
# The port's driver has sent something when it tried what the port can do.
printf '\r\033[K'
heading "$BOARD, Linux $(uname -r) as Debian ships it"

heading "Before"
python "import RPi.GPIO"
show ls /dev/gpiomem /dev/vcio

heading "udev finds our modules"
/lib/systemd/systemd-udevd --daemon 2>/dev/null
udevadm trigger --type=subsystems --action=add
udevadm trigger --type=devices --action=add
udevadm settle
show lsmod | grep -E '^#|^rpi_'

heading "After"
python "import RPi.GPIO as GPIO; print(GPIO.RPI_INFO['TYPE'], GPIO.RPI_INFO['REVISION'])"
show od -An -tx1 /proc/device-tree/system/linux,revision
show ls -l /dev/gpiomem /dev/vcio /dev/vcio_gencmd
show /tests/show

heading "A pin, moved by a member of the group gpio who is not root"
cat >/tmp/pin.py <<'PIN'
import os
os.setgroups([997])
os.setresgid(1000, 1000, 1000)
os.setresuid(1000, 1000, 1000)
import RPi.GPIO as GPIO
GPIO.setmode(GPIO.BCM)
GPIO.setup(17, GPIO.OUT, initial=GPIO.LOW)
for value in (0, 1, 0):
    GPIO.output(17, value)
    print(f"GPIO 17: wrote {value}, reads {GPIO.input(17)}")
GPIO.cleanup()
PIN
python3 /tmp/pin.py

if grep -q outboard_shell=yes /proc/cmdline; then
	heading "A shell. 'poweroff' ends it, Ctrl-A X leaves QEMU."
	busybox --install -s /bin 2>/dev/null
	cd /
	exec sh -i
fi
