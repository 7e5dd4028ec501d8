"""A document with a password, as LibreOffice itself writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from greffier_converters.probe import find_office

_SCRIPT = """
import subprocess, sys, time
import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

soffice, profile, pipe, source, target = sys.argv[1:]
office = subprocess.Popen([soffice, "--headless", "--norestore", "--nologo",
    f"-env:UserInstallation={profile}", f"--accept=pipe,name={pipe};urp;"])
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
for _ in range(600):
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except NoConnectException:
        if office.poll() == 81:  # a fresh profile makes the first start end
            office = subprocess.Popen(office.args)
        time.sleep(0.1)
desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
hidden, password = PropertyValue(), PropertyValue()
hidden.Name, hidden.Value = "Hidden", True
password.Name, password.Value = "Password", "geheim"
document = desktop.loadComponentFromURL(source, "_blank", 0, (hidden,))
document.storeToURL(target, (password,))
document.close(True)
desktop.terminate()
office.wait()
"""


def lock(source: Path, target: Path, folder: Path) -> None:
    """Save an ODT under a password; ``folder`` is empty and for the office alone."""
    office = find_office(office=None, python=None)
    pipe = f"greffiertest{folder.name}"
    addresses = [(folder / "profile").as_uri(), pipe, source.as_uri(), target.as_uri()]
    subprocess.run(
        [office.python.path, "-c", _SCRIPT, office.soffice, *addresses], check=True, timeout=100
    )
