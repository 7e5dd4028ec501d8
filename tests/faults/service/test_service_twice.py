"""Two services on one data folder: only the first works, undisturbed."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.service.conftest import Victim
from running import greffier_serve


def test_a_second_service_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with greffier_serve(tmp_path) as first:
        service = Victim(first, tmp_path)
        other = tmp_path / "other"
        other.mkdir()
        with (
            pytest.raises(AssertionError, match="Another service uses the data folder"),
            greffier_serve(other, {"GREFFIER_DATA_DIR": str(tmp_path / "data")}),
        ):
            pass
        assert service.letter().status_code == 200
