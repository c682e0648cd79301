"""Words of product names that tell little: filler, descriptions that many products share, brands over whole ranges."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOISE = _words("""
    a all an and article as based by device devices earlier families family firmware for fw from higher image in incl included including
    installed later line lines model models new newer no number of old older on only or other part prior above below product products range
    release rev running serie series software the to type types using variant variants version versions with
""")

GENERIC = _words("""
    access advanced analog app application automation barcode basic board camera card chassis cloud communication compact configuration configurator console
    control controller cpu data dcs designer desktop development digital display distributed dp driver edge edition editor eec embedded energy
    engine engineering enterprise ethernet express feeder framework gateway generator hmi home industrial input interface io library
    light lite logic managed manager mobile modular module monitor monitoring motor network node opc operator os output
    package panel pc platform plc plus pn point portal power pro processor professional programmable protection rack radio relay
    remote router rtos runtime safety security server service siplus smart standard station studio suite switch switche
    system terminal tool transformer ua unit viewer web wireless workstation
""")

HARDWARE = _words("""
    barcode board camera card chassis compact controller cpu display drive engine ethernet feeder firmware gateway industrial io
    light linear lite managed meter module modular panel plc pn point printer processor programmable protection pump rack
    radio relay robot router rtu scanner sensor station switch switche terminal transmitter unit wireless
""")

EDITIONS = _words("client cloud edge express lite mobile viewer")

MACHINES = _words("camera controller drive meter printer pump")

WHOLE = _words("platform suite system")

APPLIANCE = _words("controller cpu dcs device drive edition hmi meter module plc pn rtu switch system unit")

BRANDS = _words("""
    allen bradley cxone ecostruxure factorytalk logix melsec melsoft modicon proficy rosemount ruggedcom scalance sentron sicam simatic simocode
    simotion sinamics sinumerik siprotec sitop sysmac toyopuc
""")

LEGAL = _words("""
    a ab ag as bv co cokg company corp corporation gmbh inc incorporated intl kg kgaa limited llc lp ltd nv of oy plc
    pty pvt s.a sa se spa srl subsidiary the und
""")
