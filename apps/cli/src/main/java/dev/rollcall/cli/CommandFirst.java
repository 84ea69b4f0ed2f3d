package dev.rollcall.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lets options stand before the command, as etcdctl's users write them: {@code rollcall --endpoints URL get KEY}.
 *
 * <p>Every option belongs to a command; those that come before it are moved behind it. What the top itself understands stays.
 */
final class CommandFirst {

    private CommandFirst() {}

    static String[] arrange(CommandLine root, String... args) {
        Map<String, OptionSpec> options = new HashMap<>();
        root.getSubcommands().values().forEach(command -> collect(command, options));
        List<String> moved = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        int at = 0;
        while (at < args.length && args[at].startsWith("-")) {
            String name = args[at].split("=", 2)[0];
            OptionSpec option = options.get(name);
            boolean ofTheTop =
                    option == null || root.getCommandSpec().optionsMap().containsKey(name);
            List<String> to = ofTheTop ? kept : moved;
            to.add(args[at++]);
            if (option != null && !ofTheTop && takesValue(option) && name.equals(args[at - 1]) && at < args.length) {
                to.add(args[at++]);
            }
        }
        CommandLine command = at < args.length ? root.getSubcommands().get(args[at]) : null;
        while (command != null) {
            kept.add(args[at++]);
            command = at < args.length ? command.getSubcommands().get(args[at]) : null;
        }
        kept.addAll(moved);
        kept.addAll(List.of(args).subList(at, args.length));
        return kept.toArray(String[]::new);
    }

    private static void collect(CommandLine command, Map<String, OptionSpec> options) {
        command.getCommandSpec().optionsMap().forEach(options::putIfAbsent);
        command.getSubcommands().values().forEach(action -> collect(action, options));
    }

    private static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }
}
