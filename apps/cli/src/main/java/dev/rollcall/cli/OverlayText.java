package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.instance.Overlay;

/** An overlay as the commands write it. */
final class OverlayText {

    private OverlayText() {}

    static void write(Output output, Overlay overlay) {
        String service = overlay.instance().service();
        String id = overlay.instance().id();
        String incarnation = overlay.incarnation().name();
        output.one(
                new Table("SERVICE", "ID", "INCARNATION", "REASON").row(service, id, incarnation, overlay.reason()),
                Json.object()
                        .text("service", service)
                        .text("id", id)
                        .text("incarnation", incarnation)
                        .text("reason", overlay.reason()));
    }
}
