"""The configurations of proxies on the page of the service, as they are run."""

import shutil

import pytest

from experiments.service import proxies


@pytest.mark.parametrize("name", proxies.PROXIES)
@pytest.mark.parametrize("http2", [False, True])
def test_a_configuration_of_the_page_is_run_with_ports_and_paths_of_its_own(tmp_path, name, http2):
    if name == "haproxy" and shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    text = proxies._adapted(name, tmp_path, 4443, 8123, http2=http2)
    assert "127.0.0.1:4443" in text
    assert "127.0.0.1:8123" in text
    assert str(tmp_path) in text
    assert not [left for left in ("/etc/", ":8000", "$6$...") if left in text]
    listens = next(line for line in text.splitlines() if "127.0.0.1:4443" in line).partition("#")[0]
    assert ("http2" in listens or "alpn h2" in listens) == http2


def test_a_program_that_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setattr(proxies.shutil, "which", lambda name: None if name == "nginx" else name)
    assert proxies.main() == 2
    assert "the programs ['nginx'] are not here" in capsys.readouterr().err
