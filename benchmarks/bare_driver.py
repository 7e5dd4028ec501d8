"""The least that turns a filled ODT into a PDF: one office, one pipe, load, export, close.

Run by the Python that has ``uno``::

    python bare_driver.py CONFIGURATION      (JSON: soffice, folder, source, filter_data)

Each line on stdin is a number of letters; each line on stdout the list of seconds they
took. No pool, no checks, no service: nothing that drives LibreOffice can be faster.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

START_TIMEOUT_S = 60


def properties(values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connect(pipe):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", context
    )
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def main():
    configuration = json.loads(sys.argv[1])
    folder = Path(configuration["folder"])
    pipe = f"greffierbench{folder.name}"
    soffice = [configuration["soffice"], "--headless", "--norestore", "--nologo", "--nodefault"]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    # A fresh profile makes the first start end with 81.
    subprocess.run([*soffice, "--terminate_after_init", profile], check=False)
    office = subprocess.Popen([*soffice, f"--accept=pipe,name={pipe};urp;", profile])
    context = connect(pipe)
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    source = Path(configuration["source"]).as_uri()
    target = (folder / "letter.pdf").as_uri()
    loading = properties({"Hidden": True, "ReadOnly": True, "FilterName": "writer8"})
    data = uno.Any("[]com.sun.star.beans.PropertyValue", properties(configuration["filter_data"]))
    storing = properties({"FilterName": "writer_pdf_Export", "FilterData": data})
    print("[]", flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            started = time.perf_counter()
            document = desktop.loadComponentFromURL(source, "_blank", 0, loading)
            document.storeToURL(target, storing)
            document.close(True)
            seconds.append(time.perf_counter() - started)
        print(json.dumps(seconds), flush=True)
    desktop.terminate()
    office.wait()


main()
