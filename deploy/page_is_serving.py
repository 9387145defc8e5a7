"""Exit with 0 when the login page answers by TLS: `deploy/page_is_serving.py PORT`.

Asked from inside the container, by the name that the pages answer to and with their own certificate as the one trusted:
whether browsers trust it is not the container's health.
"""

import http.client
import os
import ssl
import sys

if __name__ == "__main__":
    trusted = ssl.create_default_context(cafile=os.environ["P20W_UI_CERTIFICATE"])
    trusted.check_hostname = False
    trusted.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    page = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), timeout=5, context=trusted)
    page.request("GET", "/login", headers={"Host": os.environ["P20W_UI_ORIGIN"].partition("://")[2]})
    sys.exit(page.getresponse().status != http.HTTPStatus.OK)
