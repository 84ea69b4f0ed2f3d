package dev.rollcall.conformance.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A Java source as the tidy rules see it: its path, its text, its types and the lengths of its methods. */
record SourceFile(String path, String text, List<TopLevelType> types, List<MethodLength> methods) {

    /** A type that is not inside another. */
    record TopLevelType(String name, Tree.Kind kind, Set<Modifier> modifiers) {

        boolean isPublic() {
            return modifiers.contains(Modifier.PUBLIC);
        }

        /** Whether nobody outside can extend it; interfaces, enums and annotations are not asked. */
        boolean isClosed() {
            return kind != Tree.Kind.CLASS || modifiers.contains(Modifier.FINAL) || modifiers.contains(Modifier.SEALED);
        }
    }

    /** A method and its lines, from its first modifier to its closing brace. */
    record MethodLength(String name, int lines) {}

    int lines() {
        return (int) text.lines().count();
    }

    boolean isMain() {
        return path.contains("src/main/java/");
    }

    boolean isTest() {
        return path.contains("src/test/java/");
    }

    boolean isPackageInfo() {
        return path.endsWith("package-info.java");
    }

    /** The folder of the Maven module it belongs to. */
    String module() {
        return path.substring(0, Math.max(0, path.indexOf("/src/")));
    }

    static SourceFile parse(String path, String text) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        JavacTask task = (JavacTask) compiler.getTask(null, null, diagnostic -> {}, null, null, List.of(source));
        try {
            CompilationUnitTree unit = task.parse().iterator().next();
            List<TopLevelType> types = new ArrayList<>();
            for (Tree declaration : unit.getTypeDecls()) {
                if (declaration instanceof ClassTree type) {
                    types.add(new TopLevelType(
                            type.getSimpleName().toString(),
                            type.getKind(),
                            type.getModifiers().getFlags()));
                }
            }
            MethodScanner scanner = new MethodScanner(unit, Trees.instance(task).getSourcePositions());
            scanner.scan(unit, null);
            return new SourceFile(path, text, List.copyOf(types), List.copyOf(scanner.found));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class MethodScanner extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final List<MethodLength> found = new ArrayList<>();
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        MethodScanner(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            LineMap lines = unit.getLineMap();
            long start = positions.getStartPosition(unit, method);
            long end = positions.getEndPosition(unit, method);
            if (method.getBody() != null && start >= 0 && end >= 0) {
                int length = (int) (lines.getLineNumber(end) - lines.getLineNumber(start) + 1);
                found.add(new MethodLength(method.getName().toString(), length));
            }
            return super.visitMethod(method, null);
        }
    }
}
